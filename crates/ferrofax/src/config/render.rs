//! The table `[render]`.

use std::path::{Path, PathBuf};
use std::time::Duration;

use super::ConfigError;
use super::raw::RawRender;
use super::typed::{Reader, Size, Span, size, span, within};
use crate::document::{Program, RenderConfig};

/// The longest that drawing can be allowed to take: who submits a job waits for it.
const LONGEST: Duration = Duration::from_secs(3 * 60);

/// The least memory that draws anything, in octets.
const LEAST_MEMORY: u64 = 128 << 20;

/// The most memory that one process can be allowed, in octets.
const MOST_MEMORY: u64 = 64 << 30;

/// The most octets that the pages of one order can be allowed. They go through a pipe in one piece.
const MOST_OUTPUT: u64 = 1 << 30;

/// The most orders at once that can be allowed.
const MOST_WORKERS: u32 = 256;

impl Reader<'_> {
    pub(super) fn render(
        &mut self,
        raw: RawRender,
        plain: RenderConfig,
    ) -> Result<RenderConfig, ConfigError> {
        let key = |key: &str| format!("render.{key}");
        let time = self.keep(key("time"), raw.time, Span(plain.time), |t| whole_seconds(t))?;
        let cpu = self.keep(key("cpu"), raw.cpu, Span(plain.cpu), |t| whole_seconds(t))?;
        let memory = self.keep(key("memory"), raw.memory, Size(plain.memory), |t| memory(t))?;
        let output =
            self.keep(key("output"), raw.output, Size(plain.output), |t| size(t, MOST_OUTPUT))?;
        let workers =
            self.keep(key("workers"), raw.workers, plain.workers, |n| within(*n, 1, MOST_WORKERS))?;
        let ghostscript =
            self.keep(key("ghostscript"), raw.ghostscript, plain.ghostscript, |t| program(t))?;
        let libreoffice =
            self.keep(key("libreoffice"), raw.libreoffice, plain.libreoffice, |t| program(t))?;
        Ok(RenderConfig {
            time: time.0,
            cpu: cpu.0,
            memory: memory.0,
            output: output.0,
            workers,
            ghostscript,
            libreoffice,
            folder: plain.folder,
            image: plain.image,
        })
    }
}

/// The system counts computing in seconds.
fn whole_seconds(text: &str) -> Result<Span, String> {
    match span(text, LONGEST)? {
        Span(time) if time.is_zero() || time.subsec_nanos() != 0 => {
            Err(format!("{text:?} is not a whole number of seconds above 0"))
        }
        time => Ok(time),
    }
}

fn memory(text: &str) -> Result<Size, String> {
    match size(text, MOST_MEMORY)? {
        Size(octets) if octets < LEAST_MEMORY => {
            Err(format!("{text:?} is too little to draw anything; give at least \"128MB\""))
        }
        octets => Ok(octets),
    }
}

fn program(text: &str) -> Result<Program, String> {
    match text {
        "auto" => Ok(Program::Found),
        "off" => Ok(Program::Off),
        path if Path::new(path).is_absolute() => Ok(Program::At(PathBuf::from(path))),
        other => Err(format!("{other:?} is neither a full path nor \"auto\" nor \"off\"")),
    }
}
