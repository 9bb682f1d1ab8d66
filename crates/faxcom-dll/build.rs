//! Compiles the type library and puts it into the DLL together with its version. Does nothing for
//! other systems than Windows.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::{Command, exit};
use std::{env, fs};

/// Names the folder of `stdole2.tlb` where it is not found by itself.
const STDOLE_DIR: &str = "FERROFAX_STDOLE_DIR";
/// Where `stdole2.tlb` usually is: Wine's folders on Debian, then Windows' own.
const STDOLE_DIRS: [&str; 4] = [
    "/usr/lib/x86_64-linux-gnu/wine/x86_64-windows",
    "/usr/lib/i386-linux-gnu/wine/i386-windows",
    "/usr/lib/wine/x86_64-windows",
    "C:\\Windows\\System32",
];

fn main() {
    println!("cargo:rerun-if-changed=idl");
    println!("cargo:rerun-if-env-changed={STDOLE_DIR}");
    if variable("CARGO_CFG_TARGET_OS") != "windows" {
        return;
    }
    if let Err(why) = embed() {
        println!("cargo:error=faxcom.dll: {why}");
        exit(1);
    }
}

fn embed() -> Result<(), String> {
    if variable("CARGO_CFG_TARGET_ENV") != "gnu" {
        return Err("only the -gnu targets are known: windres makes their resources".into());
    }
    let prefix = match variable("CARGO_CFG_TARGET_ARCH").as_str() {
        "x86" => "i686-w64-mingw32-",
        "x86_64" => "x86_64-w64-mingw32-",
        other => return Err(format!("there is no faxcom.dll for {other}")),
    };
    let out = PathBuf::from(variable("OUT_DIR"));
    let (library, object) = (out.join("faxcom.tlb"), out.join("faxcom.res.o"));
    let mut widl = vec!["-t".into(), "-I".into(), "idl".into(), "-L".into(), stdole_dir()?];
    widl.extend(["-o".into(), text(&library)?, "idl/faxcom.idl".into()]);
    run(prefix, "widl", &widl)?;
    let script = versioned_script(&out)?;
    let windres =
        ["-I".into(), text(&out)?, text(&script)?, "-O".into(), "coff".into(), text(&object)?];
    run(prefix, "windres", &windres)?;
    println!("cargo:rustc-link-arg-cdylib={}", object.display());
    Ok(())
}

/// The resource script with the version of this crate in it.
fn versioned_script(out: &Path) -> Result<PathBuf, String> {
    let path = out.join("faxcom.rc");
    let version = variable("CARGO_PKG_VERSION");
    let numbers: Vec<String> =
        ["MAJOR", "MINOR", "PATCH"].map(|n| variable(&format!("CARGO_PKG_VERSION_{n}"))).into();
    let script = fs::read_to_string("idl/faxcom.rc").map_err(|e| e.to_string())?;
    let script =
        script.replace("@VERSION_COMMAS@", &numbers.join(",")).replace("@VERSION@", &version);
    fs::write(&path, script).map_err(|e| format!("{}: {e}", path.display()))?;
    Ok(path)
}

fn stdole_dir() -> Result<String, String> {
    let named = env::var(STDOLE_DIR).ok();
    let has = |dir: &&str| Path::new(dir).join("stdole2.tlb").is_file();
    if let Some(dir) = named {
        return if has(&dir.as_str()) {
            Ok(dir)
        } else {
            Err(format!("{STDOLE_DIR} is {dir}, but there is no stdole2.tlb in it"))
        };
    }
    STDOLE_DIRS.iter().copied().find(has).map(str::to_owned).ok_or_else(|| {
        format!(
            "stdole2.tlb was found in none of {STDOLE_DIRS:?}; install Wine (libwine on Debian) \
             or name its folder in {STDOLE_DIR}"
        )
    })
}

/// Runs a tool of mingw under its long name, as Debian has it, or else its short one, as MSYS2 has.
fn run(prefix: &str, tool: &str, arguments: &[String]) -> Result<(), String> {
    for name in [format!("{prefix}{tool}"), tool.to_owned()] {
        match Command::new(&name).args(arguments).status() {
            Ok(status) if status.success() => return Ok(()),
            Ok(status) => return Err(format!("{name} {arguments:?} failed: {status}")),
            Err(e) if e.kind() == ErrorKind::NotFound => {}
            Err(e) => return Err(format!("{name} cannot be run: {e}")),
        }
    }
    Err(format!(
        "{prefix}{tool} is missing; Debian has it in mingw-w64-tools (widl) and \
         gcc-mingw-w64 (windres)"
    ))
}

fn text(path: &Path) -> Result<String, String> {
    path.to_str().map(str::to_owned).ok_or_else(|| format!("{} is not UTF-8", path.display()))
}

/// A variable that cargo sets for every build script.
fn variable(name: &str) -> String {
    env::var(name).unwrap_or_default()
}
