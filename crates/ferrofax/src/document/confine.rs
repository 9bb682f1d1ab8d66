//! A launcher: a child of this binary that starts a program which is installed, inside limits.
//!
//! It stays beside the program it starts. When the server is gone, or wants it to end, its standard
//! input closes, and it ends its process group, itself included. So the system must not end it
//! with the server, as it ends a worker: the program would stay.

use std::ffi::OsString;
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::time::Duration;

use anyhow::Context as _;
use serde::{Deserialize, Serialize};

use super::sandbox::{self, Bounds};

/// The hidden command that a launcher is started with.
pub(super) const COMMAND: &str = "confine";

/// Start a program inside limits, for the server that starts this
///
/// Examples:
///   ferrofax confine --cpu 40 --memory 1073741824 --output 268435456 --folder . -- /usr/bin/gs -h
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
pub struct Confine {
    /// The most seconds of computing
    #[arg(long, value_name = "SECONDS")]
    cpu: u64,
    /// The most memory of a process, in octets
    #[arg(long, value_name = "OCTETS")]
    memory: u64,
    /// The largest file it may write, in octets
    #[arg(long, value_name = "OCTETS")]
    output: u64,
    /// The only folder that it may write to
    #[arg(long, value_name = "FOLDER")]
    folder: PathBuf,
    /// The program and its arguments
    #[arg(last = true, required = true)]
    program: Vec<OsString>,
}

/// How a program ended, as its launcher tells the server on standard output.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Ended {
    /// Well.
    Well,
    /// By the limit of computing time.
    Cpu,
    /// By the limit of a file's size.
    Output,
    /// In another way: with this code.
    Code(i32),
    /// By another signal.
    Signal(i32),
}

impl Confine {
    /// Starts the program, tells how it ended, and ends its process group.
    ///
    /// # Errors
    /// When it cannot be confined or started.
    pub fn run(&self) -> anyhow::Result<()> {
        let (program, arguments) = self.program.split_first().context("no program is named")?;
        let bounds = Bounds { cpu: Duration::from_secs(self.cpu), memory: self.memory };
        sandbox::confine(bounds, self.output, &self.folder, Path::new(program))
            .map_err(anyhow::Error::msg)
            .context("not confined")?;
        std::thread::spawn(|| {
            // Nothing is ever sent: reading ends when the server closes its end.
            drop(std::io::stdin().read(&mut [0]));
            sandbox::end_group()
        });
        let status = Command::new(program)
            .args(arguments)
            .env_clear()
            .env("PATH", "/usr/bin:/bin")
            .env("HOME", &self.folder)
            .env("TMPDIR", &self.folder)
            .env("LC_ALL", "C.UTF-8")
            .current_dir(&self.folder)
            .stdin(Stdio::null())
            .stdout(std::io::stderr())
            .status()
            .with_context(|| format!("{} cannot be started", Path::new(program).display()))?;
        let mut out = std::io::stdout().lock();
        serde_json::to_writer(&mut out, &Ended::of(status))?;
        out.flush()?;
        // What it left running ends with this process.
        sandbox::end_group()
    }
}

impl Ended {
    fn of(status: ExitStatus) -> Self {
        #[cfg(unix)]
        {
            use rustix::process::Signal;
            let own = std::os::unix::process::ExitStatusExt::signal(&status);
            // A shell that started the program tells of its signal by its own code.
            let told = status.code().and_then(|code| code.checked_sub(SHELL_SIGNAL));
            let is = |signal: Signal| [own, told].contains(&Some(signal.as_raw()));
            if is(Signal::XCPU) {
                return Self::Cpu;
            } else if is(Signal::XFSZ) {
                return Self::Output;
            } else if let Some(signal) = own {
                return Self::Signal(signal);
            }
        }
        match status.code() {
            Some(0) => Self::Well,
            code => Self::Code(code.unwrap_or(-1)),
        }
    }
}

/// What a shell adds to the number of a signal that ended what it ran. POSIX 2.8.2.
#[cfg(unix)]
const SHELL_SIGNAL: i32 = 128;

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::os::unix::process::ExitStatusExt as _;

    #[test]
    fn the_end_of_a_program_is_told_apart() {
        for (raw, ended) in [
            (0, Ended::Well),
            (24, Ended::Cpu),
            (25, Ended::Output),
            (9, Ended::Signal(9)),
            (1 << 8, Ended::Code(1)),
            ((128 + 24) << 8, Ended::Cpu),
            ((128 + 25) << 8, Ended::Output),
        ] {
            assert_eq!(Ended::of(ExitStatus::from_raw(raw)), ended, "{raw:#x}");
        }
    }
}
