//! `ascribe serve`: runs the service. Its flags are the settings of the service.

use std::env;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use clap::{Arg, ArgMatches, Args, Command, FromArgMatches};

use super::exit::NOTHING;
use super::failure::{Failure, complain_within};
use super::files::extractor;
use super::input::utf8 as text;
use crate::serve::{
    Engine, EngineLoader, Given, SETTINGS, Setting, Settings, assemble, config_file, read_in_time,
    serve_until_signal,
};

/// How long the end of the process waits for whoever reads why it ends.
const LAST_WORDS: Duration = Duration::from_secs(1);

/// The arguments of `ascribe serve`: the values of flags, not yet parsed.
#[derive(Debug)]
pub(super) struct Arguments(ArgMatches);

impl Args for Arguments {
    fn augment_args(command: Command) -> Command {
        command.args(SETTINGS.iter().map(flag))
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
        .long_help(format!("{help} [allowed: {}] [env: {}]", setting.allowed(), setting.environment()))
        .help(help)
}

/// Serves until a signal stops the process. Says itself what failed: nobody has to read that for the process to end.
pub(super) fn run(arguments: &Arguments) -> ExitCode {
    let Err(failure) = serve(arguments) else { return ExitCode::SUCCESS };
    complain_within(LAST_WORDS, failure);
    ExitCode::from(NOTHING)
}

fn serve(arguments: &Arguments) -> Result<(), Failure> {
    let settings = settings(&arguments.0)?;
    let load: EngineLoader = Arc::new(|files| {
        let extractor = extractor(files.lexicon, files.model).map_err(|failure| failure.to_string())?;
        let engine: Arc<dyn Engine> = Arc::new(extractor);
        Ok(engine)
    });
    serve_until_signal(settings, load).map_err(|error| Failure::Service(error.to_string()))
}

/// The settings of flags, environment and the file that they name.
fn settings(matches: &ArgMatches) -> Result<Settings, Failure> {
    let flag = |name: &str| matches.get_one::<String>(name).cloned();
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
