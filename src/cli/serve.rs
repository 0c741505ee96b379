//! `ascribe serve`: runs the service. Its flags are the settings of the service.

use std::env;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use clap::{Arg, ArgMatches, Args, Command, FromArgMatches};

use super::failure::Failure;
use super::files::{ExtractorFiles, read_text};
use crate::serve::{
    Engine, EngineLoader, Given, SETTINGS, Setting, Settings, assemble, config_file, serve_until_signal,
};

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

/// Serves until a signal stops the process.
pub(super) fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let settings = settings(&arguments.0)?;
    let files = ExtractorFiles { lexicon: settings.lexicon.clone(), model: settings.model.clone() };
    let load: EngineLoader = Arc::new(move || {
        let extractor = files.extractor().map_err(|failure| failure.to_string())?;
        let engine: Arc<dyn Engine> = Arc::new(extractor);
        Ok(engine)
    });
    serve_until_signal(settings, load).map_err(|error| Failure::Service(error.to_string()))?;
    Ok(ExitCode::SUCCESS)
}

/// The settings of flags, environment and the file that they name.
fn settings(matches: &ArgMatches) -> Result<Settings, Failure> {
    let flag = |name: &str| matches.get_one::<String>(name).cloned();
    // A variable that isn't UTF-8 has replacement characters in it, and is rejected for those.
    let variable = |name: &str| env::var_os(name).map(|value| value.to_string_lossy().into_owned());
    let given = Given { flag: &flag, variable: &variable };
    let file = config_file(given);
    let text = file.as_deref().map(read_text).transpose()?;
    let name = file.as_deref().map(Path::display).map(|name| name.to_string());
    assemble(given, name.as_deref().zip(text.as_deref()))
        .map_err(|refusals| Failure::Service(refusals.to_string()))
}
