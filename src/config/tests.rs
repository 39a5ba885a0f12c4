//! Tests of [`super`], over arguments; `tests/settings.rs` does the same over a process's environment.

use super::*;

fn load(arguments: &[&str]) -> Result<Config, LoadError> {
    Config::load(["switchboard"].iter().chain(arguments))
}

fn refusal(arguments: &[&str]) -> String {
    match load(arguments) {
        Err(LoadError::Invalid(error)) => error.to_string(),
        other => panic!("{arguments:?}: {other:?}"),
    }
}

fn serve(arguments: &[&str]) -> ServeConfig {
    match load(arguments).unwrap().command {
        Command::Serve(config) => config,
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_arguments_are_consistent() {
    Args::command().debug_assert();
}

#[test]
fn every_flag_has_its_variable() {
    for command in Args::command().get_subcommands() {
        for argument in command.get_arguments().chain(Args::command().get_arguments()) {
            if let Some(flag) = argument.get_long().filter(|flag| !["help", "version"].contains(flag)) {
                let variable = format!("SWITCHBOARD_{}", flag.replace('-', "_").to_uppercase());
                assert_eq!(argument.get_env().and_then(|name| name.to_str()), Some(variable.as_str()));
            }
        }
    }
}

/// Lines of its help that can be pasted into a shell, as words; a backslash goes on with the next.
fn examples(command: &clap::Command) -> Vec<Vec<String>> {
    let help = command.get_after_help().map(ToString::to_string).unwrap_or_default().replace("\\\n", " ");
    let lines = help.lines().filter_map(|line| line.strip_prefix("  switchboard "));
    lines.map(|line| line.split(" > ").next().unwrap().split_whitespace().map(str::to_owned).collect()).collect()
}

#[test]
fn every_command_says_what_it_does_with_an_example_that_is_understood() {
    let args = Args::command();
    assert_eq!(examples(&args), [["serve", "--demo"]]);
    for command in args.get_subcommands() {
        let name = command.get_name();
        assert!(command.get_about().is_some(), "{name}");
        let examples = examples(command);
        assert!(!examples.is_empty(), "{name} has no example");
        for words in examples {
            assert_eq!(words[0], name);
            load(&words.iter().map(String::as_str).collect::<Vec<_>>()).unwrap();
        }
        for argument in command.get_arguments() {
            assert!(
                argument.get_help().is_some() || ["help", "version"].contains(&argument.get_id().as_str()),
                "{name}"
            );
        }
    }
}

#[test]
fn pages_are_looked_for_unless_somebody_says_where() {
    let pages = |arguments: &[&str]| serve(&[&["serve"], arguments].concat()).pages;
    assert_eq!(pages(&[]), PagesConfig { explorer: PageFiles::Usual, inbox: PageFiles::Usual });
    let said = PagesConfig { explorer: PageFiles::In("/a".into()), inbox: PageFiles::Nowhere };
    assert_eq!(pages(&["--explorer-dir", "/a", "--inbox-dir", ""]), said);
}

#[test]
fn serving_needs_no_flags() {
    let config = serve(&["serve"]);
    assert_eq!(config.listen.to_string(), "127.0.0.1:8080");
    assert_eq!(config.database.url.to_string(), "sqlite://switchboard.db");
    assert_eq!(config.allow_origins, []);
    assert!(!config.demo);
}

#[test]
fn flags_are_read() {
    let config = serve(&[
        "serve",
        "--listen",
        "[::]:0",
        "--database-url",
        "postgres://a:b@c/d",
        "--database-connections",
        "4",
        "--demo",
        "--allow-origin",
        "https://a.example",
        "--allow-origin",
        "https://b.example,https://A.example",
    ]);
    assert_eq!(config.listen.to_string(), "[::]:0");
    assert_eq!(config.database.connections, 4);
    assert_eq!(
        config.allow_origins.iter().map(Origin::as_str).collect::<Vec<_>>(),
        ["https://a.example", "https://b.example"]
    );
    assert!(config.demo);
    assert!(!serve(&["serve", "--demo=false"]).demo);
}

#[test]
fn log_flags_stand_before_or_after_the_command() {
    for arguments in
        [["--log-format", "json", "--log", "debug", "schema"], ["schema", "--log-format", "json", "--log", "debug"]]
    {
        let config = load(&arguments).unwrap();
        assert_eq!((config.log.format, config.log.filter.as_str()), (LogFormat::Json, "debug"));
    }
    assert!(refusal(&["--log-format", "xml", "schema"]).contains(r#"--log-format is "xml": expected pretty or json"#));
}

#[test]
fn all_wrong_values_are_told_at_once() {
    let text = refusal(&[
        "serve",
        "--listen",
        "localhost",
        "--database-connections",
        "1",
        "--allow-origin",
        "*",
        "--demo=maybe",
        "--log",
        "x=y=z",
    ]);
    let lines: Vec<_> = text.lines().collect();
    assert_eq!(lines.len(), 5, "{text}");
    for (line, start) in lines.iter().zip([
        r#"--log is "x=y=z": expected a log filter"#,
        r#"--listen is "localhost": expected an IP address"#,
        r#"--database-connections is "1": expected a whole number from 2 to 500"#,
        r#"--allow-origin is "*": "#,
        r#"--demo is "maybe": expected true or false"#,
    ]) {
        assert!(line.starts_with(start), "{line}");
    }
}

#[test]
fn passwords_show_neither_in_refusals_nor_in_debug() {
    let text = refusal(&["check", "--database-url", "postgres://ada:s3/cret@localhost/x"]);
    assert!(text.starts_with("--database-url: expected postgres://"), "{text}");
    assert!(!text.contains("cret@"));
    let config = load(&["migrate", "--database-url", "postgres://ada:s3cret@localhost/x"]).unwrap();
    assert!(!format!("{config:?}").contains("s3cret"));
}

#[test]
fn an_admin_needs_handle_name_and_email() {
    let full = ["admin", "--handle", " ada ", "--name", "Ada", "--email", "ada@example.org"];
    match load(&full).unwrap().command {
        Command::Admin(admin) => {
            assert_eq!((admin.handle.as_str(), admin.name.as_str()), ("ada", "Ada"))
        }
        other => panic!("{other:?}"),
    }
    assert!(matches!(load(&full[..5]), Err(LoadError::Usage(_))));
    assert!(refusal(&["admin", "--handle", "", "--name", "Ada", "--email", "a@b"]).contains("must not be empty"));
}
