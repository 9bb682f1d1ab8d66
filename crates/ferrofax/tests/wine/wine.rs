//! One Wine prefix for all tests: made once, kept with what is built, and held up by one process.
//!
//! The 32-bit DLL is tested by the same tests where there is a 32-bit Wine, as in an i386 system in
//! a folder: `FERROFAX_WINE_FLAVOUR=x86`, and `FERROFAX_WINE_WITHIN` names a program that runs
//! another one in that system, with the same paths.

use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{OnceLock, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use std::time::{Duration, Instant};

/// The longest that one program may run.
const LIMIT: Duration = Duration::from_secs(120);

/// How often a cold Wine is asked to run nothing at all; rarely, the first time fails.
const WARM_UPS: u32 = 3;

/// Wine 8 has no such library, and every Rust program on Windows imports it. Wine alone gets this
/// stand-in; Windows has its own.
const BCRYPT_PRIMITIVES: &str = r"
#include <windows.h>
BOOLEAN NTAPI SystemFunction036(void *octets, ULONG length);
__declspec(dllexport) BOOL WINAPI ProcessPrng(BYTE *octets, SIZE_T length)
{
    while (length > 0) {
        ULONG part = length > 1 << 20 ? 1 << 20 : (ULONG)length;
        if (!SystemFunction036(octets, part))
            return FALSE;
        octets += part;
        length -= part;
    }
    return TRUE;
}
";

/// The prefix, with the DLL registered for the machine while nobody has it alone.
pub(crate) struct Wine {
    folder: PathBuf,
    /// Keeps Wine's services up; it ends when this process does and closes its input.
    _held: Child,
    registry: RwLock<()>,
}

/// What a program said, and how it ended.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: Option<i32>,
    pub(crate) said: String,
}

/// `x64`, or `x86`.
fn flavour() -> String {
    std::env::var("FERROFAX_WINE_FLAVOUR").unwrap_or_else(|_| "x64".to_owned())
}

/// Where everything that these tests make lies between runs.
pub(crate) fn kept() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("wine-{}", flavour()))
}

/// The DLL that `.ci/windows` built and packed.
pub(crate) fn dll() -> PathBuf {
    let package = crate::root().join("target/ci/ferrofax-faxcom-windows");
    let dll = package.join(flavour()).join("faxcom.dll");
    assert!(dll.exists(), "{} is not there: run `.ci/windows` first", dll.display());
    dll
}

/// `Z:\home\...`: how a Windows program names a file of this system.
pub(crate) fn windows_path(path: &Path) -> String {
    format!("Z:{}", path.display().to_string().replace('/', "\\"))
}

/// The one prefix of this process.
pub(crate) fn wine() -> &'static Wine {
    static WINE: OnceLock<Wine> = OnceLock::new();
    WINE.get_or_init(Wine::start)
}

impl Wine {
    fn start() -> Self {
        let folder = kept();
        std::fs::create_dir_all(&folder).expect("a folder");
        let lock = File::create(folder.join("lock")).expect("a lock");
        lock.lock().expect("nobody else makes the prefix");
        let ready = folder.join("ready");
        if !ready.exists() {
            drop(std::fs::remove_dir_all(folder.join("prefix")));
            ended(plain(&folder, "wine").args(["wineboot", "-i"]));
            ended(plain(&folder, "wineserver").arg("-w"));
            let library = folder.join("prefix/drive_c/windows/system32/bcryptprimitives.dll");
            let source = folder.join("bcryptprimitives.c");
            std::fs::write(&source, BCRYPT_PRIMITIVES).expect("a source");
            compile(&[&source], &library, &["-shared", "-ladvapi32", "-Wl,--kill-at"]);
            File::create(&ready).expect("a mark");
        }
        let mut held = plain(&folder, "wine");
        let held = held.arg("cmd.exe").stdin(Stdio::piped()).spawn().expect("wine starts");
        let wine = Self { folder, _held: held, registry: RwLock::new(()) };
        let warm =
            (0..WARM_UPS).any(|_| wine.run(&["cmd", "/c", "exit", "0"], &[]).code == Some(0));
        assert!(warm, "wine runs nothing");
        let registered = wine.regsvr32(&["/s"]);
        assert_eq!(registered.code, Some(0), "{registered:?}");
        wine
    }

    /// For programs that want the DLL registered.
    pub(crate) fn registered(&self) -> RwLockReadGuard<'_, ()> {
        self.registry.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// For a test that registers and unregisters; it leaves the DLL registered for the machine,
    /// also when it fails.
    pub(crate) fn registry_alone(&self) -> RwLockWriteGuard<'_, ()> {
        self.registry.write().unwrap_or_else(PoisonError::into_inner)
    }

    /// `regsvr32 FLAGS dll`.
    pub(crate) fn regsvr32(&self, flags: &[&str]) -> Ran {
        let dll = windows_path(&dll());
        self.run(&[&["regsvr32"], flags, &[dll.as_str()]].concat(), &[])
    }

    /// Runs a Windows program to its end, with `environment` on top of the plain one.
    pub(crate) fn run(&self, program: &[&str], environment: &[(&str, &str)]) -> Ran {
        self.start_program(program, environment).wait()
    }

    /// Starts a Windows program; what it says goes to a file, for the services of Wine keep a pipe
    /// open that they inherited.
    pub(crate) fn start_program(&self, program: &[&str], environment: &[(&str, &str)]) -> Running {
        let said = tempfile::NamedTempFile::new_in(&self.folder).expect("a file");
        let out = || append(said.path());
        let mut command = plain(&self.folder, "wine");
        command.args(program).envs(environment.iter().copied());
        let child = command.stdout(out()).stderr(out()).spawn();
        Running { child: child.expect("wine starts"), said, until: Instant::now() + LIMIT }
    }
}

/// A program that is running.
pub(crate) struct Running {
    child: Child,
    said: tempfile::NamedTempFile,
    until: Instant,
}

impl Running {
    /// What it has said so far.
    pub(crate) fn said(&self) -> String {
        let mut octets = Vec::new();
        let mut file = self.said.reopen().expect("the file again");
        file.read_to_end(&mut octets).expect("what it said");
        String::from_utf8_lossy(&octets).replace('\r', "")
    }

    /// Waits for its end; one that does not come in time is made.
    pub(crate) fn wait(mut self) -> Ran {
        while Instant::now() < self.until {
            if let Some(status) = self.child.try_wait().expect("a child") {
                return Ran { code: status.code(), said: self.said() };
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        drop(self.child.kill());
        drop(self.child.wait());
        panic!("it ran too long and said:\n{}", self.said());
    }
}

fn append(path: &Path) -> File {
    File::options().append(true).open(path).expect("the file again")
}

fn plain(folder: &Path, program: &str) -> Command {
    let mut command = match std::env::var_os("FERROFAX_WINE_WITHIN") {
        Some(within) => Command::new(within),
        None => Command::new("env"),
    };
    command.arg(program);
    command.env("WINEPREFIX", folder.join("prefix")).env("WINEDEBUG", "-all");
    command.env("WINEDLLOVERRIDES", "mscoree,mshtml=").env_remove("DISPLAY");
    for variable in ["FERROFAX_SERVER", "FERROFAX_TOKEN", "FERROFAX_CLIENT_CONFIG"] {
        command.env_remove(variable);
    }
    command.current_dir(folder).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command
}

fn ended(command: &mut Command) {
    let status = command.status().expect("it starts");
    assert!(status.success(), "{command:?}: {status}");
}

/// Makes a Windows program or library of C.
pub(crate) fn compile(sources: &[&Path], program: &Path, more: &[&str]) {
    let machine = if flavour() == "x86" { "i686" } else { "x86_64" };
    let mut gcc = Command::new(format!("{machine}-w64-mingw32-gcc"));
    gcc.args(["-O1", "-Wall", "-Wextra", "-Werror", "-municode", "-o"]).arg(program);
    gcc.args(sources).args(["-lole32", "-loleaut32", "-luuid", "-lpsapi"]).args(more);
    let output = gcc.output().expect("mingw's gcc is there");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}
