//! A child process of this same binary: how it is started, watched and ended.

use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt as _};
use tokio::process::{ChildStdin, ChildStdout, Command};
use tokio::task::JoinHandle;

use super::settings::RenderConfig;

/// The most that is kept of what a child says on standard error, in octets.
const MAX_SAID: usize = 16 << 10;

/// How long a child that has said all may take to end, and its standard error to close.
const ENDS_WITHIN: Duration = Duration::from_secs(2);

/// The exit code of a panic in Rust.
const PANICKED: i32 = 101;

/// A child process, with all that it starts; killed when dropped.
#[derive(Debug)]
pub(super) struct Child {
    process: tokio::process::Child,
    said: JoinHandle<String>,
}

/// How a child ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct End {
    pub(super) cause: Cause,
    /// What it said on standard error, cut to a bound.
    pub(super) said: String,
}

/// What ended a child.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cause {
    /// Itself, well.
    Well,
    /// The limit of computing time.
    Cpu,
    /// The limit of memory.
    Memory,
    /// Its stack: what it worked on is nested too deeply.
    Stack,
    /// A call that it may not make.
    Forbidden,
    /// A panic.
    Panic,
    /// Itself, with this code.
    Code(i32),
    /// This signal.
    Signal(i32),
}

/// The image to start children from: the one that this process runs, even when the file it came from is
/// no more, unless another one is named.
pub(super) fn image(config: &RenderConfig) -> io::Result<PathBuf> {
    match &config.image {
        Some(image) => Ok(image.clone()),
        None if cfg!(target_os = "linux") => Ok(PathBuf::from("/proc/self/exe")),
        None => std::env::current_exe(),
    }
}

impl Child {
    /// Starts `image` with these arguments, an empty environment and nothing open but its pipes.
    pub(super) fn start(
        image: &Path,
        arguments: &[OsString],
    ) -> io::Result<(Self, ChildStdin, ChildStdout)> {
        let mut command = Command::new(image);
        command
            .args(arguments)
            .env_clear()
            .current_dir(if cfg!(windows) { "C:\\" } else { "/" })
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true);
        // What it starts is killed with it, and a Ctrl-C at the terminal is for the server alone.
        #[cfg(unix)]
        command.process_group(0);
        let mut process = command.spawn()?;
        let missing = || io::Error::other("a child without its pipes");
        let stdin = process.stdin.take().ok_or_else(missing)?;
        let stdout = process.stdout.take().ok_or_else(missing)?;
        let stderr = process.stderr.take().ok_or_else(missing)?;
        let said = tokio::spawn(listen(stderr));
        Ok((Self { process, said }, stdin, stdout))
    }

    /// Waits for its end, not for long, then sees to it, and ends what it left running.
    pub(super) async fn end(mut self) -> io::Result<End> {
        let late = tokio::time::timeout(ENDS_WITHIN, self.over()).await.is_err();
        tracing::trace!(late, "the end of a child");
        let status = self.kill().await?;
        let said = tokio::time::timeout(ENDS_WITHIN, &mut self.said).await;
        let said = said.ok().and_then(Result::ok).unwrap_or_default();
        Ok(End { cause: cause(status, &said), said })
    }

    /// Waits until it is over. It keeps its number, which is that of its group as well, until
    /// [`Child::kill`] has taken note of its end: no other group can have that number before.
    async fn over(&mut self) {
        #[cfg(unix)]
        if let Some(child) = self.number() {
            use rustix::process::{WaitId, WaitIdOptions, waitid};
            let options = WaitIdOptions::EXITED | WaitIdOptions::NOWAIT;
            let wait = move || rustix::io::retry_on_intr(|| waitid(WaitId::Pid(child), options));
            let over = tokio::task::spawn_blocking(wait).await;
            tracing::trace!(?over, "a child");
        }
        #[cfg(not(unix))]
        drop(self.process.wait().await);
    }

    /// Its number; none when its end has been taken note of.
    #[cfg(unix)]
    fn number(&self) -> Option<rustix::process::Pid> {
        let number = self.process.id().and_then(|id| i32::try_from(id).ok());
        number.and_then(rustix::process::Pid::from_raw)
    }

    /// Ends it and all that it started, and waits until it is gone.
    pub(super) async fn kill(&mut self) -> io::Result<ExitStatus> {
        self.kill_group();
        self.process.wait().await
    }

    /// A process that nobody has waited for yet still has its number, and so has its group.
    fn kill_group(&mut self) {
        #[cfg(unix)]
        if let Some(group) = self.number() {
            let killed = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
            tracing::trace!(?killed, "a child and all that it started");
        }
        #[cfg(not(unix))]
        drop(self.process.start_kill());
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        self.kill_group();
        self.said.abort();
    }
}

/// Keeps the beginning of what a child says and reads on, so that it never waits for a listener.
async fn listen(mut from: impl AsyncRead + Unpin) -> String {
    let (mut said, mut piece) = (Vec::new(), [0; 4096]);
    while let Ok(octets @ 1..) = from.read(&mut piece).await {
        let room = MAX_SAID.saturating_sub(said.len()).min(octets);
        said.extend_from_slice(piece.get(..room).unwrap_or_default());
    }
    String::from_utf8_lossy(&said).trim().to_owned()
}

/// What Rust says before it ends a process that gets no memory, and what others say.
const NO_MEMORY: [&str; 2] = ["memory allocation of ", "out of memory"];

/// What Rust says before it ends a process whose stack is full.
const NO_STACK: &str = "has overflowed its stack";

fn cause(status: ExitStatus, said: &str) -> Cause {
    #[cfg(unix)]
    if let Some(signal) = std::os::unix::process::ExitStatusExt::signal(&status) {
        return of_signal(signal, said);
    }
    match status.code() {
        Some(0) => Cause::Well,
        Some(PANICKED) => Cause::Panic,
        code => Cause::Code(code.unwrap_or(-1)),
    }
}

#[cfg(unix)]
fn of_signal(signal: i32, said: &str) -> Cause {
    use rustix::process::Signal;
    let is = |known: Signal| signal == known.as_raw();
    if is(Signal::XCPU) {
        Cause::Cpu
    } else if is(Signal::SYS) {
        Cause::Forbidden
    } else if said.contains(NO_STACK) || is(Signal::SEGV) {
        Cause::Stack
    } else if is(Signal::ABORT) && NO_MEMORY.iter().any(|words| said.contains(words)) {
        Cause::Memory
    } else {
        Cause::Signal(signal)
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    /// How a shell ends that runs `script`.
    async fn end_of(script: &str) -> End {
        let arguments = ["-c".into(), script.into()];
        let (child, _stdin, _stdout) =
            Child::start(Path::new("/bin/sh"), &arguments).expect("a test of the worker");
        child.end().await.expect("a test of the worker")
    }

    #[tokio::test]
    async fn what_ended_a_child_is_told_apart() {
        for (script, cause) in [
            ("exit 0", Cause::Well),
            ("exit 101", Cause::Panic),
            ("exit 3", Cause::Code(3)),
            ("kill -XCPU $$", Cause::Cpu),
            ("kill -SYS $$", Cause::Forbidden),
            ("kill -SEGV $$", Cause::Stack),
            ("kill -ABRT $$", Cause::Signal(6)),
            ("echo memory allocation of 9 bytes failed >&2; kill -ABRT $$", Cause::Memory),
            ("kill -KILL $$", Cause::Signal(9)),
        ] {
            assert_eq!(end_of(script).await.cause, cause, "{script}");
        }
    }

    #[tokio::test]
    async fn what_a_child_says_is_bounded_and_its_environment_empty() {
        let end = end_of("head -c 1000000 /dev/zero | tr '\\0' x >&2; exit 4").await;
        assert_eq!((end.cause, end.said.len()), (Cause::Code(4), MAX_SAID));
        let end = end_of("echo \"home: $HOME\" >&2").await;
        assert_eq!(end.said, "home:");
    }

    #[tokio::test]
    async fn a_child_is_killed_with_all_that_it_started() {
        let arguments = ["-c".into(), "sleep 600 & echo $!; wait".into()];
        let (mut child, _stdin, mut stdout) =
            Child::start(Path::new("/bin/sh"), &arguments).unwrap();
        let mut line = [0; 16];
        let octets = stdout.read(&mut line).await.unwrap();
        let grandchild = String::from_utf8_lossy(&line[..octets]).trim().to_owned();
        assert!(alive(&grandchild));
        child.kill().await.unwrap();
        ends(&grandchild).await;
    }

    #[tokio::test]
    async fn what_a_child_leaves_running_ends_after_it() {
        let arguments = ["-c".into(), "sleep 600 >/dev/null 2>&1 & echo $!; exit 3".into()];
        let (child, _stdin, mut stdout) = Child::start(Path::new("/bin/sh"), &arguments).unwrap();
        let mut left = String::new();
        stdout.read_to_string(&mut left).await.unwrap();
        assert!(alive(left.trim()));
        assert_eq!(child.end().await.unwrap().cause, Cause::Code(3));
        ends(left.trim()).await;
    }

    async fn ends(pid: &str) {
        for _ in 0..500 {
            if !alive(pid) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("process {pid} lives on");
    }

    /// Whether a process runs; one that is dead and not waited for does not.
    fn alive(pid: &str) -> bool {
        let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
        stat.rsplit(") ").next().is_some_and(|rest| !rest.is_empty() && !rest.starts_with('Z'))
    }
}
