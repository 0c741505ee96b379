//! `ascribe serve`: runs the service. Its flags are the settings of the service.

use std::env;
use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use clap::{Arg, ArgAction, ArgMatches, Args, Command, FromArgMatches};

use super::exit::NOTHING;
use super::failure::{Failure, complain, complain_within};
use super::files::extractor;
use super::input::utf8 as text;
use super::names::printable;
use crate::serve::{
    Engine, EngineLoader, Given, SETTINGS, Setting, Settings, assemble, check, config_file, read_in_time,
    serve_until_signal,
};

/// How long the end of the process waits for whoever reads why it ends.
const LAST_WORDS: Duration = Duration::from_secs(1);

/// The arguments of `ascribe serve`: the values of flags, not yet parsed.
#[derive(Debug)]
pub(super) struct Arguments(ArgMatches);

impl Args for Arguments {
    fn augment_args(command: Command) -> Command {
        let check = Arg::new(CHECK).long(CHECK).action(ArgAction::SetTrue).help(
            "Check settings, lexicon, model, keys and certificates, tell all that is wrong with them, and end: opens no \
             port, and exits with 2 where the service wouldn't start",
        );
        command.arg(check).args(SETTINGS.iter().map(flag))
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for Arguments {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        Ok(Self(matches.clone()))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        self.0 = matches.clone();
        Ok(())
    }
}

/// A setting as a flag. Its value is checked later, together with those of environment and file.
fn flag(setting: &'static Setting) -> Arg {
    let default = setting.default().map(|default| format!(" [default: {default}]")).unwrap_or_default();
    let help = format!("{}{default}", setting.help);
    Arg::new(setting.name)
        .long(setting.name)
        .value_name(setting.placeholder)
        .help_heading(setting.heading)
        .allow_hyphen_values(true)
        .action(if setting.is_list() { ArgAction::Append } else { ArgAction::Set })
        .long_help(format!("{help} [allowed: {}] [env: {}]", setting.allowed(), setting.environment()))
        .help(help)
}

/// The flag that has everything checked and nothing served.
const CHECK: &str = "check";

/// Serves until a signal stops the process. Says itself what failed: nobody has to read that for the process to end.
pub(super) fn run(arguments: &Arguments) -> ExitCode {
    if arguments.0.get_flag(CHECK) {
        return checked(arguments).unwrap_or_else(|failure| {
            complain(&failure);
            ExitCode::from(NOTHING)
        });
    }
    let Err(failure) = serve(arguments) else { return ExitCode::SUCCESS };
    complain_within(LAST_WORDS, failure);
    ExitCode::from(NOTHING)
}

fn serve(arguments: &Arguments) -> Result<(), Failure> {
    let settings = settings(&arguments.0)?;
    serve_until_signal(settings, loader()).map_err(|error| Failure::Service(error.to_string()))
}

/// Makes engines of files.
fn loader() -> EngineLoader {
    Arc::new(|files| {
        let extractor = extractor(files.lexicon, files.model).map_err(|failure| failure.to_string())?;
        let engine: Arc<dyn Engine> = Arc::new(extractor);
        Ok(engine)
    })
}

/// Checks all that the service would start with. What is right goes to standard output, what is wrong or doubtful to
/// standard error.
fn checked(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let settings = settings(&arguments.0)?;
    let (mut output, mut is_right) = (io::stdout().lock(), true);
    for part in check(&settings, &loader()) {
        match &part.found {
            Ok(found) => writeln!(output, "{:<13} {}", part.what, printable(found))?,
            Err(why) => {
                is_right = false;
                complain(&format!("{}: {why}", part.what));
            }
        }
        for warning in &part.warnings {
            complain(&format!("warning: {warning}"));
        }
    }
    if !is_right {
        complain(&"the service would not start");
        return Ok(ExitCode::from(NOTHING));
    }
    writeln!(output, "the service would start; no port was opened")?;
    Ok(ExitCode::SUCCESS)
}

/// The settings of flags, environment and the file that they name.
fn settings(matches: &ArgMatches) -> Result<Settings, Failure> {
    // A list may be given entry by entry.
    let flag = |name: &str| Some(matches.get_many::<String>(name)?.cloned().collect::<Vec<_>>().join(","));
    // A variable that isn't UTF-8 has replacement characters in it, and is rejected for those.
    let variable = |name: &str| env::var_os(name).map(|value| value.to_string_lossy().into_owned());
    let names: Vec<String> = env::vars_os().map(|(name, _)| name.to_string_lossy().into_owned()).collect();
    let given = Given { flag: &flag, variable: &variable, names: &names };
    let file = config_file(given);
    let name = file.as_deref().map(Path::display).map(|name| name.to_string());
    let text = file.map(|file| {
        let bytes = read_in_time(&file).and_then(text);
        bytes.map_err(|why| Failure::Read { file: file.display().to_string(), why })
    });
    assemble(given, name.as_deref().zip(text.transpose()?.as_deref()))
        .map_err(|refusals| Failure::Service(refusals.to_string()))
}
