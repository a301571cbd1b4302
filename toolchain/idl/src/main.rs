//! `plimsoll-idl` writes the program's interface file, idl/plimsoll.json; `plimsoll-idl --check` compares instead, and
//! fails with the difference.
use anchor_lang_idl::build::IdlBuilder;
use anyhow::{bail, ensure, Context, Result};
use std::env;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<()> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let check = match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => false,
        ["--check"] => true,
        _ => bail!("usage: plimsoll-idl [--check]"),
    };
    let root = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .canonicalize()?;
    let file = root.join("idl/plimsoll.json");
    let interface = describe(&root)?;
    if check {
        return compare(&file, &interface);
    }
    std::fs::create_dir_all(root.join("idl"))?;
    std::fs::write(&file, interface).with_context(|| format!("writing {}", file.display()))
}

/// The interface as JSON. Anchor's builder runs the cargo that it finds on the PATH on the program's own sources.
fn describe(root: &Path) -> Result<String> {
    // The builder hands cargo a garbled toolchain name when this variable is set, as it is below rustup's cargo. The
    // cargo that runs us is the right one by its own path.
    env::remove_var("RUSTUP_TOOLCHAIN");
    // It asks the test program to be quiet, and so does cargo when this is set: the test program refuses to hear it twice.
    env::remove_var("CARGO_TERM_QUIET");
    let cargo = PathBuf::from(env::var_os("CARGO").context("run this with `./dev idl`")?);
    let tools = cargo.parent().context("cargo has no folder")?.to_path_buf();
    let path = env::var_os("PATH").unwrap_or_default();
    env::set_var(
        "PATH",
        env::join_paths([tools].into_iter().chain(env::split_paths(&path)))?,
    );
    // It sets RUSTFLAGS too, which would make the next ordinary build start from nothing in a shared folder.
    env::set_var("CARGO_TARGET_DIR", root.join("target/idl"));

    let idl = IdlBuilder::new()
        .program_path(root.join("programs/plimsoll"))
        .cargo_args(vec!["--lib".into(), "--locked".into()])
        .build()?;
    Ok(serde_json::to_string_pretty(&idl)? + "\n")
}

/// Fails with the difference where the committed file is not `interface`.
fn compare(file: &Path, interface: &str) -> Result<()> {
    let mut diff = Command::new("diff")
        .arg("-u")
        .arg(file)
        .arg("-")
        .stdin(Stdio::piped())
        .spawn()
        .context("starting diff")?;
    diff.stdin
        .take()
        .context("diff has no input")?
        .write_all(interface.as_bytes())?;
    ensure!(
        diff.wait()?.success(),
        "{} is not current: run ./dev idl",
        file.display()
    );
    Ok(())
}
