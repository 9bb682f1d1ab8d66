//! What the renderer may use, as the file's table `[render]` says it.

use std::path::PathBuf;
use std::time::Duration;

/// Settings of the renderer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RenderConfig {
    /// The longest that one order may take, from its start to its last page.
    pub time: Duration,
    /// The longest that one process may compute, in whole seconds.
    pub cpu: Duration,
    /// The most memory of one process, in octets.
    pub memory: u64,
    /// The most octets of the pages of one order.
    pub output: u64,
    /// Orders at once; further ones wait.
    pub workers: u32,
    /// What converts PostScript.
    pub ghostscript: Program,
    /// What converts office files and HTML.
    pub libreoffice: Program,
    /// Where documents stand while a program converts them, each in a folder of its own. No file can
    /// set it: a server has it in its data folder.
    pub folder: PathBuf,
    /// The binary that workers are started from, when it is not the one that this process runs. No
    /// file can set it: it is for programs that hold a server and are not `ferrofax` themselves.
    pub image: Option<PathBuf>,
}

/// A program that may be installed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Program {
    /// The one that PATH finds, if any.
    Found,
    /// This one.
    At(PathBuf),
    /// None: documents that need it are refused.
    Off,
}

impl Default for RenderConfig {
    fn default() -> Self {
        Self {
            time: Duration::from_secs(60),
            cpu: Duration::from_secs(40),
            memory: 1 << 30,
            output: 256 << 20,
            workers: std::thread::available_parallelism()
                .map_or(1, |cores| u32::try_from(cores.get()).unwrap_or(1)),
            ghostscript: Program::Found,
            libreoffice: Program::Found,
            folder: std::env::temp_dir(),
            image: None,
        }
    }
}

impl Program {
    /// Where the program is, if anywhere; `names` are those it goes by.
    pub(super) fn find(&self, names: &[&str]) -> Option<PathBuf> {
        match self {
            Self::Off => None,
            Self::At(path) => Some(path.clone()).filter(|path| path.is_file()),
            Self::Found => {
                let path = std::env::var_os("PATH")?;
                let folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
                let in_folders = |name: &&str| {
                    folders.iter().map(|folder| folder.join(name)).find(|path| path.is_file())
                };
                names.iter().find_map(in_folders)
            }
        }
    }
}

/// Written as the file would spell it.
impl std::fmt::Display for Program {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Found => f.write_str("auto"),
            Self::At(path) => path.display().fmt(f),
            Self::Off => f.write_str("off"),
        }
    }
}
