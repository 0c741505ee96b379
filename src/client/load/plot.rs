//! A report as a picture: latency by percentile, and over time; as SVG, which every browser shows.

use std::fmt::Write;

use super::recorder::Interval;
use super::report::LoadReport;

/// The picture and the two fields in it, in pixels.
const WIDTH: f64 = 900.0;
const HEIGHT: f64 = 720.0;
const FIELD: (f64, f64) = (800.0, 250.0);
const LEFT: f64 = 70.0;
const TOPS: [f64; 2] = [70.0, 410.0];
/// Lines across a field.
const GRID: u32 = 5;
/// Colors that color-blind people can distinguish too (Okabe and Ito).
const COLORS: [&str; 6] = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9"];
/// What the horizontal axis of percentiles names.
const PERCENTILES: [f64; 6] = [0.0, 50.0, 90.0, 99.0, 99.9, 99.99];

/// A line in a field: its name and its points, in the units of the axes.
struct Line {
    name: String,
    points: Vec<(f64, f64)>,
}

/// A field with its axes.
struct Field {
    title: &'static str,
    top: f64,
    lines: Vec<Line>,
    /// Where the horizontal axis has names.
    ticks: Vec<(f64, String)>,
}

/// The picture of a report, as the text of an SVG file.
#[must_use]
pub fn plot(report: &LoadReport) -> String {
    let title = format!("{} at {}: {}", report.method, report.target, report.pace);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" \
         font-family=\"sans-serif\" font-size=\"12\">\n\
         <rect width=\"{WIDTH}\" height=\"{HEIGHT}\" fill=\"white\"/>\n\
         <text x=\"{LEFT}\" y=\"28\" font-size=\"15\">{}</text>\n",
        escaped(&title)
    );
    for field in [by_percentile(report), over_time(report)] {
        field.draw(&mut svg);
    }
    svg.push_str("</svg>\n");
    svg
}

fn by_percentile(report: &LoadReport) -> Field {
    // 90 is one ten-fold step from 0, 99 two.
    let place = |percent: f64| -(1.0 - percent / 100.0).max(1e-9).log10();
    let lines: Vec<Line> = report
        .outcomes
        .iter()
        .map(|one| Line {
            name: one.outcome.to_owned(),
            points: one.curve.iter().map(|(percent, latency)| (place(*percent), *latency)).collect(),
        })
        .collect();
    let right = right_of(&lines);
    let ticks = PERCENTILES.iter().map(|percent| (place(*percent), format!("{percent} %")));
    let ticks = ticks.filter(|(place, _)| *place <= right).collect();
    Field { title: "milliseconds by percentile of the calls", top: TOPS[0], lines, ticks }
}

fn over_time(report: &LoadReport) -> Field {
    let line = |name: &str, value: fn(&Interval) -> f64| Line {
        name: name.to_owned(),
        points: report.intervals.iter().map(|interval| (interval.start_seconds, value(interval))).collect(),
    };
    let lines = vec![
        line("p50", |interval| interval.p50_ms),
        line("p99", |interval| interval.p99_ms),
        line("max", |interval| interval.max_ms),
    ];
    let right = right_of(&lines);
    let step = round(right / 8.0);
    let ticks = (0..=8).map(|tick| f64::from(tick) * step).filter(|place| *place <= right);
    let ticks = ticks.map(|place| (place, format!("{place} s"))).collect();
    Field { title: "milliseconds of accepted calls, by when they were answered", top: TOPS[1], lines, ticks }
}

/// The furthest point to the right; above zero.
fn right_of(lines: &[Line]) -> f64 {
    let places = lines.iter().flat_map(|line| &line.points).map(|(place, _)| *place);
    places.fold(1.0, f64::max)
}

/// The next number above that people count by: 1, 2 or 5 with zeros.
fn round(number: f64) -> f64 {
    let magnitude = 10_f64.powf(number.max(1e-9).log10().floor());
    let steps = [1.0, 2.0, 5.0, 10.0].map(|step| step * magnitude);
    // The last one is above every number of this magnitude, but for errors of rounding.
    steps.into_iter().find(|step| *step >= number).unwrap_or(10.0 * magnitude)
}

impl Field {
    fn draw(&self, svg: &mut String) {
        let right = right_of(&self.lines);
        let highest = self.lines.iter().flat_map(|line| &line.points).map(|(_, height)| *height);
        let step = round(highest.fold(1e-3, f64::max) / f64::from(GRID));
        let x = |place: f64| LEFT + place / right * FIELD.0;
        let y = |height: f64| self.top + FIELD.1 * (1.0 - height / (step * f64::from(GRID)));
        let mut draw = |element: std::fmt::Arguments<'_>| {
            writeln!(svg, "{element}").expect("writing to a string never fails");
        };
        let mut text = |x: f64, y: f64, anchor: &str, words: &str| {
            let words = escaped(words);
            draw(format_args!("<text x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"{anchor}\">{words}</text>"));
        };
        text(LEFT, self.top - 12.0, "start", self.title);
        for (place, name) in &self.ticks {
            text(x(*place), self.top + FIELD.1 + 18.0, "middle", name);
        }
        let mut grid = Vec::new();
        for line in 0..=GRID {
            let height = f64::from(line) * step;
            text(LEFT - 8.0, y(height) + 4.0, "end", &short(height));
            grid.push(format!("M{LEFT} {:.1}h{}", y(height), FIELD.0));
        }
        let colored = || self.lines.iter().zip(COLORS.iter().cycle());
        let names = colored().map(|(line, color)| {
            format!("<tspan fill=\"{color}\" dx=\"14\">{}</tspan>", escaped(&line.name))
        });
        let (names, end) = (names.collect::<Vec<_>>().concat(), LEFT + FIELD.0);
        draw(format_args!(
            "<text x=\"{end}\" y=\"{:.1}\" text-anchor=\"end\">{names}</text>",
            self.top - 12.0
        ));
        draw(format_args!("<path d=\"{}\" stroke=\"#ddd\" fill=\"none\"/>", grid.concat()));
        for (line, color) in colored() {
            let points =
                line.points.iter().map(|(place, height)| format!("{:.1},{:.1}", x(*place), y(*height)));
            let points = points.collect::<Vec<_>>().join(" ");
            draw(format_args!(
                "<polyline points=\"{points}\" stroke=\"{color}\" stroke-width=\"1.5\" fill=\"none\"/>"
            ));
        }
    }
}

/// A number without digits that say nothing.
fn short(number: f64) -> String {
    let text = format!("{number:.3}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// Words that stand as they are between tags.
fn escaped(words: &str) -> String {
    words.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn axes_count_by_one_two_or_five() {
        for (number, expected) in [(0.3, 0.5), (1.0, 1.0), (1.2, 2.0), (40.0, 50.0), (501.0, 1000.0)] {
            assert!((round(number) - expected).abs() < 1e-9, "{number}: {}", round(number));
        }
        assert_eq!([0.25, 10.0, 0.0].map(short), ["0.25", "10", "0"]);
    }
}
