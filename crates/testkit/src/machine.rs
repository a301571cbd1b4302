use crate::error::WorldError;
use litesvm::LiteSVM;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

/// The file that worlds load: `PLIMSOLL_PROGRAM_SO`, or where `./dev build` puts it.
#[must_use]
pub fn program_path() -> PathBuf {
    std::env::var_os("PLIMSOLL_PROGRAM_SO").map_or_else(
        || {
            let here = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
            here.join("../../target/deploy/plimsoll.so")
        },
        PathBuf::from,
    )
}

/// The last machine made, and the file it was made of.
static LAST: Mutex<Option<(PathBuf, LiteSVM)>> = Mutex::new(None);

/// A machine with nothing but the program of a file in it. Verifying and compiling the program takes
/// longer than all that a short test does, so the machine is kept and cloned.
pub(crate) fn loaded(path: &Path) -> Result<LiteSVM, WorldError> {
    // What a panic elsewhere left here is whole: it is only ever replaced.
    let mut last = LAST
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner);
    if let Some((loaded, machine)) = last.as_ref() {
        if loaded == path {
            return Ok(machine.clone());
        }
    }
    let program =
        std::fs::read(path).map_err(|_| WorldError::ProgramMissing(path.to_path_buf()))?;
    let mut machine = LiteSVM::new().with_transaction_history(0);
    machine
        .add_program(plimsoll::ID, &program)
        .map_err(|error| refused(&error))?;
    *last = Some((path.to_path_buf(), machine.clone()));
    Ok(machine)
}

pub(crate) fn refused(error: &impl core::fmt::Debug) -> WorldError {
    WorldError::Machine(format!("{error:?}"))
}
