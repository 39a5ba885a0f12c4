//! Settings from the environment of a real process: which variable was wrong, and the exit codes.

#![allow(clippy::unwrap_used)]

use std::process::{Command, Output};

fn switchboard(arguments: &[&str], variables: &[(&str, &str)]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_switchboard"))
        .args(arguments)
        .env_clear()
        .envs(variables.iter().copied())
        .output()
        .unwrap()
}

/// What a refused start says; nothing may be on standard output.
fn refusal(arguments: &[&str], variables: &[(&str, &str)]) -> String {
    let output = switchboard(arguments, variables);
    assert_eq!(output.status.code(), Some(2), "{output:?}");
    assert!(output.stdout.is_empty(), "{output:?}");
    String::from_utf8(output.stderr).unwrap()
}

#[test]
fn a_wrong_variable_is_named() {
    for (variable, value, reason) in [
        ("SWITCHBOARD_LISTEN", "8080", "expected an IP address and a port"),
        ("SWITCHBOARD_DATABASE_CONNECTIONS", "many", "from 2 to 500"),
        ("SWITCHBOARD_ALLOW_ORIGIN", "https://a.example *", "name each origin"),
        ("SWITCHBOARD_DEMO", "maybe", "true or false"),
        ("SWITCHBOARD_LOG_FORMAT", "xml", "pretty or json"),
        ("SWITCHBOARD_LOG", "a=b=c", "log filter"),
        ("RUST_LOG", "a=b=c", "log filter"),
    ] {
        let text = refusal(&["check"], &[(variable, value)]);
        assert!(text.contains(&format!("{variable} is {value:?}: ")) && text.contains(reason), "{text}");
    }
}

#[test]
fn the_database_url_is_never_repeated() {
    let variables = [("SWITCHBOARD_DATABASE_URL", "mysql://ada:s3cret@localhost/x")];
    let text = refusal(&["migrate"], &variables);
    assert!(text.contains("SWITCHBOARD_DATABASE_URL: expected sqlite://PATH"), "{text}");
    assert!(!text.contains("s3cret"));
    let help = switchboard(&["serve", "--help"], &variables);
    assert_eq!(help.status.code(), Some(0));
    let help = String::from_utf8(help.stdout).unwrap();
    assert!(help.contains("SWITCHBOARD_DATABASE_URL") && !help.contains("s3cret"), "{help}");
}

#[test]
fn a_flag_wins_over_its_variable() {
    let text = refusal(&["check", "--listen", "nowhere"], &[("SWITCHBOARD_LISTEN", "127.0.0.1:0")]);
    assert!(text.contains(r#"--listen is "nowhere""#), "{text}");
}

#[test]
fn misuse_is_told_apart_from_failure() {
    for arguments in [&[][..], &["dance"], &["serve", "--lisen", "x"], &["admin"], &["serve", "--listen"]] {
        refusal(arguments, &[]);
    }
    for arguments in [["--help"], ["--version"]] {
        let output = switchboard(&arguments, &[]);
        assert_eq!(output.status.code(), Some(0), "{output:?}");
        assert!(!output.stdout.is_empty());
    }
}
