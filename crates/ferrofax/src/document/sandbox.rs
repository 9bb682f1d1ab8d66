//! What a child process takes away from itself before it looks at a document.
//!
//! Limits of the system hold on every Unix; what only Linux has is in [`linux`]. A kernel without
//! Landlock or seccomp leaves out that part and nothing else; [`lacks`] says which.

use std::path::Path;
use std::time::Duration;

/// What a child may use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Bounds {
    /// Computing time.
    pub(super) cpu: Duration,
    /// Memory, in octets.
    pub(super) memory: u64,
}

/// What this system cannot keep a renderer from, a sentence each; empty where it can.
#[must_use]
pub fn lacks() -> Vec<String> {
    #[cfg(target_os = "linux")]
    return linux::lacks();
    #[cfg(not(target_os = "linux"))]
    return vec!["this system has neither Landlock nor seccomp: renderers have limits only".into()];
}

/// The most that the main thread's stack grows to, in octets: documents are nested.
#[cfg(unix)]
const STACK: u64 = 64 << 20;

/// Sets the limits of a renderer: those of the system and, on Linux, all else. After it nothing but
/// reading standard input, writing standard output and error, and computing is possible.
///
/// # Errors
/// When a limit that there is cannot be set: then nothing must be drawn.
pub(super) fn close(bounds: Bounds) -> Result<(), String> {
    #[cfg(unix)]
    limit(&[
        (rustix::process::Resource::Fsize, 0),
        (rustix::process::Resource::Nproc, 0),
        (rustix::process::Resource::Core, 0),
        (rustix::process::Resource::Stack, STACK),
        (rustix::process::Resource::As, bounds.memory),
    ])
    .and_then(|()| limit_cpu(bounds.cpu))
    .map_err(|error| format!("limits: {error}"))?;
    #[cfg(target_os = "linux")]
    linux::close_renderer()?;
    let _ = bounds;
    Ok(())
}

/// Lowers limits; none that is lower already is raised.
#[cfg(unix)]
pub(super) fn limit(limits: &[(rustix::process::Resource, u64)]) -> std::io::Result<()> {
    for (resource, most) in limits {
        let hard = rustix::process::getrlimit(*resource).maximum;
        let most = hard.map_or(*most, |hard| hard.min(*most));
        let both = rustix::process::Rlimit { current: Some(most), maximum: Some(most) };
        rustix::process::setrlimit(*resource, both)?;
    }
    Ok(())
}

/// Limits computing. The signal at its end tells what ended the process; one second later comes one
/// that cannot be caught.
#[cfg(unix)]
pub(super) fn limit_cpu(cpu: Duration) -> std::io::Result<()> {
    let seconds = cpu.as_secs().max(1);
    let cpu = rustix::process::Rlimit { current: Some(seconds), maximum: Some(seconds + 1) };
    Ok(rustix::process::setrlimit(rustix::process::Resource::Cpu, cpu)?)
}

/// Where programs and what they need to run are. Nothing of them is secret.
#[cfg(target_os = "linux")]
const SYSTEM: [&str; 24] = [
    "/usr",
    "/bin",
    "/sbin",
    "/lib",
    "/lib32",
    "/lib64",
    "/opt",
    "/etc/alternatives",
    "/etc/fonts",
    "/etc/ghostscript",
    "/etc/ld.so.cache",
    "/etc/libreoffice",
    "/etc/locale.alias",
    "/etc/localtime",
    "/etc/nsswitch.conf",
    "/etc/papersize",
    "/etc/passwd",
    "/var/cache/fontconfig",
    "/var/lib/ghostscript",
    "/var/lib/libreoffice",
    "/var/spool/libreoffice",
    "/proc",
    "/sys/devices/system/cpu",
    "/dev/urandom",
];

/// Where LibreOffice makes a socket that tells others that it runs, and removes it when it starts
/// again after its first look at a new profile; the place is fixed in it. Landlock knows no names: a
/// converter that a document has taken over can remove files of the server's account there, and so
/// nothing of the server is kept there.
#[cfg(unix)]
pub(super) const SOCKETS: &str = "/tmp";

/// The most files that a converter has open.
#[cfg(unix)]
const CONVERTER_FILES: u64 = 256;

/// Sets the limits of a converter: those of the system and, on Linux, no path but those of the
/// system, of `program`, and `folder`, no network, and no signal to others. See [`SOCKETS`] for what
/// it can still do to other files.
///
/// The limits hold for each process and each file. One that starts many processes, or writes many
/// files in its folder, is ended by the clock alone: the system has no limit for the disk, and counts
/// processes by account, those of the server and of others among them, and for root not at all.
///
/// # Errors
/// When a limit that there is cannot be set: then nothing must be converted.
pub(super) fn confine(
    bounds: Bounds,
    output: u64,
    folder: &Path,
    program: &Path,
) -> Result<(), String> {
    #[cfg(unix)]
    limit(&[
        (rustix::process::Resource::Fsize, output),
        (rustix::process::Resource::Core, 0),
        (rustix::process::Resource::Nofile, CONVERTER_FILES),
        (rustix::process::Resource::As, bounds.memory),
    ])
    .and_then(|()| limit_cpu(bounds.cpu))
    .map_err(|error| format!("limits: {error}"))?;
    #[cfg(target_os = "linux")]
    {
        let program = program.canonicalize().map_err(|error| format!("the program: {error}"))?;
        let mut read: Vec<&Path> = SYSTEM.iter().map(Path::new).collect();
        read.extend(program.parent());
        linux::no_privileges()?;
        linux::no_paths_but(&read, &[folder, Path::new("/dev/null")], &[Path::new(SOCKETS)])
            .map_err(|error| format!("Landlock: {error}"))?;
        linux::close_converter()?;
    }
    let _ = (bounds, output, folder, program);
    Ok(())
}

/// Ends this process and all that it started.
pub(super) fn end_group() -> ! {
    #[cfg(unix)]
    let _gone = rustix::process::kill_current_process_group(rustix::process::Signal::KILL);
    std::process::exit(1)
}

/// Landlock, seccomp, and the ties of a child to its parent.
#[cfg(target_os = "linux")]
pub(super) mod linux {
    use std::collections::BTreeMap;
    use std::path::Path;

    use landlock::{
        ABI, Access as _, AccessFs, AccessNet, BitFlags, CompatLevel, Compatible as _, Ruleset,
        RulesetAttr as _, RulesetCreatedAttr as _, RulesetError, Scope, path_beneath_rules,
    };
    use rustix::process::{DumpableBehavior, Resource, Signal};
    use seccompiler::SeccompCmpArgLen::Dword;
    use seccompiler::SeccompCmpOp::{self, Eq, MaskedEq, Ne};
    use seccompiler::{SeccompAction, SeccompCondition, SeccompFilter, SeccompRule};

    /// The newest Landlock that is asked for; an older kernel gives what it has.
    const LANDLOCK: ABI = ABI::V6;

    /// What seccomp can do here, a word each. Linux 4.14.
    const SECCOMP_ACTIONS: &str = "/proc/sys/kernel/seccomp/actions_avail";

    /// Memory that holds code is never asked for. Linux mmap(2).
    const PROT_EXEC: u64 = 4;

    type Rules = BTreeMap<i64, Vec<SeccompRule>>;

    /// See [`super::lacks`].
    pub(super) fn lacks() -> Vec<String> {
        let mut lacks = Vec::new();
        let landlock = Ruleset::default().handle_access(AccessFs::from_all(ABI::V1));
        let status = landlock.and_then(Ruleset::create).map(|made| {
            let fd: Option<std::os::fd::OwnedFd> = made.into();
            fd.is_some()
        });
        if !status.unwrap_or(false) {
            lacks.push("this kernel has no Landlock: the files of the server's account are kept from renderers by seccomp alone, and from converters not at all".to_owned());
        }
        let scope = Ruleset::default().set_compatibility(CompatLevel::HardRequirement);
        if scope.scope(Scope::from_all(LANDLOCK)).is_err() {
            lacks.push("this kernel's Landlock knows no signals, that of Linux 6.12 does: a converter that a document has taken over can end processes of the server's account, the server itself not".to_owned());
        }
        let actions = std::fs::read_to_string(SECCOMP_ACTIONS).unwrap_or_default();
        if !actions.split_whitespace().any(|action| action == "kill_process") {
            lacks.push(
                "this kernel has no seccomp: the network is not kept from renderers and converters"
                    .to_owned(),
            );
        }
        lacks
    }

    /// Gets no privileges by starting programs.
    pub(super) fn no_privileges() -> Result<(), String> {
        rustix::thread::set_no_new_privs(true).map_err(|error| format!("privileges: {error}"))
    }

    /// All that only Linux takes from a renderer.
    pub(super) fn close_renderer() -> Result<(), String> {
        rustix::process::set_parent_process_death_signal(Some(Signal::KILL))
            .map_err(|error| format!("ties to the server: {error}"))?;
        no_privileges()?;
        rustix::process::set_dumpable_behavior(DumpableBehavior::NotDumpable)
            .map_err(|error| format!("core dumps: {error}"))?;
        no_paths_but(&[], &[], &[]).map_err(|error| format!("Landlock: {error}"))?;
        super::limit(&[(Resource::Nofile, 0)]).map_err(|error| format!("limits: {error}"))?;
        apply(&no_file().map_err(|error| format!("seccomp: {error}"))?)?;
        apply(&renderer_filter().map_err(|error| format!("seccomp: {error}"))?)
    }

    /// To open a file is an error. The library below the typesetter asks how many processors there are,
    /// goes on without an answer, and need not die of the question.
    fn no_file() -> Result<SeccompFilter, seccompiler::Error> {
        let rules: Rules = [(libc::SYS_openat, Vec::new())].into_iter().collect();
        let not_allowed = u32::try_from(libc::EACCES).unwrap_or(13);
        let denied = SeccompAction::Errno(not_allowed);
        let arch = std::env::consts::ARCH.try_into()?;
        Ok(SeccompFilter::new(rules, SeccompAction::Allow, denied, arch)?)
    }

    /// Leaves `read` to be read and started, `write` to be written, `sockets` to have sockets made
    /// in them and files removed, and no other path; no port, and, from Linux 6.12 on, nothing
    /// outside to be signalled.
    pub(in crate::document) fn no_paths_but(
        read: &[&Path],
        write: &[&Path],
        sockets: &[&Path],
    ) -> Result<(), RulesetError> {
        let may_read: BitFlags<AccessFs> = AccessFs::from_read(LANDLOCK);
        Ruleset::default()
            .handle_access(AccessFs::from_all(LANDLOCK))?
            .handle_access(AccessNet::from_all(LANDLOCK))?
            .scope(Scope::from_all(LANDLOCK))?
            .create()?
            .add_rules(path_beneath_rules(read, may_read))?
            .add_rules(path_beneath_rules(write, AccessFs::from_all(LANDLOCK)))?
            .add_rules(path_beneath_rules(sockets, AccessFs::MakeSock | AccessFs::RemoveFile))?
            .restrict_self()?;
        Ok(())
    }

    /// Calls without arguments that matter: memory, signals of its own, time, and the end.
    const FREE: [i64; 27] = [
        libc::SYS_brk,
        libc::SYS_munmap,
        libc::SYS_mremap,
        libc::SYS_madvise,
        libc::SYS_futex,
        libc::SYS_exit,
        libc::SYS_exit_group,
        libc::SYS_rt_sigaction,
        libc::SYS_rt_sigprocmask,
        libc::SYS_rt_sigreturn,
        libc::SYS_restart_syscall,
        libc::SYS_sigaltstack,
        libc::SYS_clock_gettime,
        libc::SYS_clock_getres,
        libc::SYS_clock_nanosleep,
        libc::SYS_nanosleep,
        libc::SYS_gettimeofday,
        libc::SYS_sched_yield,
        libc::SYS_sched_getaffinity,
        libc::SYS_getrandom,
        libc::SYS_getpid,
        libc::SYS_gettid,
        libc::SYS_getrusage,
        libc::SYS_close,
        libc::SYS_membarrier,
        libc::SYS_set_robust_list,
        libc::SYS_rseq,
    ];

    /// What a renderer may call; anything else ends it at once, so that a hole is seen.
    fn renderer_filter() -> Result<SeccompFilter, seccompiler::Error> {
        let mut rules: Rules = FREE.into_iter().map(|call| (call, Vec::new())).collect();
        let is = |argument, operator, value| when(argument, operator, value);
        rules.insert(libc::SYS_read, vec![is(0, Eq, 0)?]);
        rules.insert(libc::SYS_readv, vec![is(0, Eq, 0)?]);
        rules.insert(libc::SYS_write, vec![is(0, Eq, 1)?, is(0, Eq, 2)?]);
        rules.insert(libc::SYS_writev, vec![is(0, Eq, 1)?, is(0, Eq, 2)?]);
        rules.insert(libc::SYS_mmap, vec![is(2, MaskedEq(PROT_EXEC), 0)?]);
        rules.insert(libc::SYS_mprotect, vec![is(2, MaskedEq(PROT_EXEC), 0)?]);
        // abort() signals the process itself.
        let own = u64::from(std::process::id());
        rules.insert(libc::SYS_tgkill, vec![is(0, Eq, own)?]);
        // No harm: the other filter makes it an error.
        rules.insert(libc::SYS_openat, Vec::new());
        let arch = std::env::consts::ARCH.try_into()?;
        Ok(SeccompFilter::new(rules, SeccompAction::KillProcess, SeccompAction::Allow, arch)?)
    }

    fn when(
        argument: u8,
        operator: SeccompCmpOp,
        value: u64,
    ) -> Result<SeccompRule, seccompiler::Error> {
        Ok(SeccompRule::new(vec![SeccompCondition::new(argument, Dword, operator, value)?])?)
    }

    /// What a converter may not call: sockets but local ones with a connection, connecting any,
    /// signals to others, limits of others, leaving its process group, and what nobody who converts
    /// a document needs. It gets an error and may go on.
    pub(in crate::document) fn close_converter() -> Result<(), String> {
        let not_permitted = u32::try_from(libc::EPERM).unwrap_or(1);
        let filter = converter_rules().and_then(|rules| {
            let arch = std::env::consts::ARCH.try_into()?;
            let denied = SeccompAction::Errno(not_permitted);
            Ok(SeccompFilter::new(rules, SeccompAction::Allow, denied, arch)?)
        });
        apply(&filter.map_err(|error| format!("seccomp: {error}"))?)
    }

    /// Calls that a converter may not make whatever their arguments are.
    const DENIED: [i64; 22] = [
        libc::SYS_connect,
        libc::SYS_setsid,
        libc::SYS_setpgid,
        libc::SYS_tkill,
        libc::SYS_rt_sigqueueinfo,
        libc::SYS_rt_tgsigqueueinfo,
        libc::SYS_pidfd_open,
        libc::SYS_pidfd_send_signal,
        libc::SYS_pidfd_getfd,
        libc::SYS_ptrace,
        libc::SYS_process_vm_readv,
        libc::SYS_process_vm_writev,
        libc::SYS_mount,
        libc::SYS_unshare,
        libc::SYS_setns,
        libc::SYS_bpf,
        libc::SYS_keyctl,
        libc::SYS_add_key,
        libc::SYS_request_key,
        libc::SYS_io_uring_setup,
        libc::SYS_perf_event_open,
        libc::SYS_userfaultfd,
    ];

    /// The part of a socket's type that is not a flag. Linux socket(2).
    const SOCKET_TYPE: u64 = 0xf;

    /// A number of the system's interface as the filter compares it.
    fn number(constant: i32) -> u64 {
        u64::from(constant.cast_unsigned())
    }

    pub(super) fn converter_rules() -> Result<Rules, seccompiler::Error> {
        let mut rules: Rules = DENIED.into_iter().map(|call| (call, Vec::new())).collect();
        // One without a connection sends to whom it wants; a raw one is made one of those.
        let of_type = |kind| when(1, MaskedEq(SOCKET_TYPE), number(kind));
        for call in [libc::SYS_socket, libc::SYS_socketpair] {
            let local = when(0, Ne, number(libc::AF_UNIX))?;
            let connected = [of_type(libc::SOCK_DGRAM)?, of_type(libc::SOCK_RAW)?];
            rules.insert(call, [local].into_iter().chain(connected).collect());
        }
        rules.insert(libc::SYS_prlimit64, vec![when(0, Ne, 0)?]);
        // The end of its own group, as the launcher asks for it, and nothing else.
        rules.insert(libc::SYS_kill, vec![when(0, Ne, 0)?, when(1, Ne, number(libc::SIGKILL))?]);
        // abort() signals the process itself, whose number nobody knows yet; Landlock keeps all from
        // it that is outside, an older kernel only these two.
        let launcher = u64::from(std::process::id());
        let server = rustix::process::getppid().map_or(0, |pid| number(pid.as_raw_nonzero().get()));
        rules.insert(libc::SYS_tgkill, vec![when(0, Eq, launcher)?, when(0, Eq, server)?]);
        // Files that signal whoever is named when something comes.
        let owners = [number(libc::F_SETOWN), F_SETOWN_EX].map(|command| when(1, Eq, command));
        rules.insert(libc::SYS_fcntl, owners.into_iter().collect::<Result<_, _>>()?);
        let owners = [FIOSETOWN, SIOCSPGRP].map(|command| when(1, Eq, command));
        rules.insert(libc::SYS_ioctl, owners.into_iter().collect::<Result<_, _>>()?);
        #[cfg(target_arch = "x86_64")]
        rules.extend(x32(&rules));
        Ok(rules)
    }

    /// Sets who a file signals. Linux fcntl(2), ioctl(2).
    const F_SETOWN_EX: u64 = 15;
    const FIOSETOWN: u64 = 0x8901;
    const SIOCSPGRP: u64 = 0x8902;

    /// Marks a call of the second, 32-bit face that a kernel may have. Linux syscall(2).
    #[cfg(target_arch = "x86_64")]
    pub(super) const X32: i64 = 0x4000_0000;

    /// Calls that have another number at that face. Linux `syscall_64.tbl`.
    #[cfg(target_arch = "x86_64")]
    const X32_OWN: [(i64, i64); 6] = [
        (libc::SYS_ioctl, 514),
        (libc::SYS_ptrace, 521),
        (libc::SYS_rt_sigqueueinfo, 524),
        (libc::SYS_rt_tgsigqueueinfo, 536),
        (libc::SYS_process_vm_readv, 539),
        (libc::SYS_process_vm_writev, 540),
    ];

    /// The same rules for the same calls at the other face.
    #[cfg(target_arch = "x86_64")]
    fn x32(rules: &Rules) -> Rules {
        let own = |call: i64| X32_OWN.iter().find(|(known, _)| *known == call);
        let twin = |call: i64| X32 | own(call).map_or(call, |(_, own)| *own);
        rules.iter().map(|(call, rules)| (twin(*call), rules.clone())).collect()
    }

    /// Sets a filter; a kernel without seccomp goes on without.
    fn apply(filter: &SeccompFilter) -> Result<(), String> {
        let program: seccompiler::BpfProgram =
            filter.clone().try_into().map_err(|error| format!("seccomp: {error}"))?;
        match seccompiler::apply_filter(&program) {
            Ok(()) => Ok(()),
            Err(seccompiler::Error::Seccomp(error)) if lacks_it(&error) => Ok(()),
            Err(error) => Err(format!("seccomp: {error}")),
        }
    }

    fn lacks_it(error: &std::io::Error) -> bool {
        matches!(error.raw_os_error(), Some(libc::ENOSYS | libc::EINVAL))
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use std::os::unix::process::ExitStatusExt as _;
    use std::process::{Command, Stdio};

    use super::*;

    /// Says to the copy of this test what it shall do.
    const VARIABLE: &str = "FERROFAX_SANDBOX_TEST";

    /// The signal of a call that may not be made.
    const SIGSYS: i32 = 31;

    fn forbidden(what: &str) {
        match what {
            "socket" => drop(std::net::UdpSocket::bind("127.0.0.1:0")),
            "open" => refused(std::fs::File::open("/etc/hostname").map(drop)),
            "write" => refused(std::fs::write("/dev/null", "x")),
            "start" => drop(Command::new("/bin/true").spawn()),
            "thread" => drop(std::thread::Builder::new().spawn(|| ())),
            "signal" => {
                let parent = rustix::process::getppid().expect("a parent");
                let _reached = rustix::process::test_kill_process(parent);
            }
            other => assert_eq!(other, "compute"),
        }
    }

    fn refused(opened: std::io::Result<()>) {
        let error = opened.expect_err("no file is opened");
        assert_eq!(error.kind(), std::io::ErrorKind::PermissionDenied, "{error}");
    }

    #[test]
    #[ignore = "needs to be started by the test below"]
    fn closed_in() {
        let Ok(what) = std::env::var(VARIABLE) else { return };
        close(Bounds { cpu: Duration::from_secs(5), memory: 1 << 30 }).expect("closed in");
        forbidden(&what);
        std::process::exit(7)
    }

    /// A copy of this process that runs the test of this name alone.
    fn copy(test: &str, what: &str) -> Command {
        let mut copy = Command::new(std::env::current_exe().expect("this test"));
        copy.args([&format!("document::sandbox::tests::{test}"), "--exact", "--ignored"])
            .args(["--nocapture", "--test-threads=1"])
            .env(VARIABLE, what)
            .stdout(Stdio::null());
        copy
    }

    #[test]
    fn a_call_that_a_worker_may_not_make_ends_it_and_no_file_is_opened() {
        for what in ["compute", "socket", "open", "write", "start", "thread", "signal"] {
            let status = copy("closed_in", what).stderr(Stdio::null()).status().expect("it starts");
            match what {
                // A file is refused with an error, and the worker goes on.
                "compute" | "open" | "write" => assert_eq!(status.code(), Some(7), "{what}"),
                what => assert_eq!(status.signal(), Some(SIGSYS), "{what}: {status:?}"),
            }
        }
    }

    /// What a converter that a document has taken over tries; each is refused.
    fn refusals() -> Vec<(&'static str, Option<i32>)> {
        use rustix::process::{self as system, Signal};
        use std::os::unix::net::{UnixDatagram, UnixStream};
        let parent = system::getppid().expect("a parent");
        let own = system::getpid();
        let nobody = system::Pid::from_raw(i32::MAX).expect("a number");
        let open_files = system::getrlimit(system::Resource::Nofile);
        let of = |error: rustix::io::Errno| error.raw_os_error();
        let os = |error: std::io::Error| error.raw_os_error().unwrap_or(0);
        let cut = system::prlimit(Some(parent), system::Resource::Nofile, open_files);
        let same = system::prlimit(None, system::Resource::Nofile, open_files);
        assert!(same.is_ok() && UnixStream::pair().is_ok(), "what programs need");
        vec![
            ("a limit of another", cut.err().map(of)),
            ("a signal", system::test_kill_process(parent).err().map(of)),
            ("the end of another", system::kill_process(nobody, Signal::KILL).err().map(of)),
            ("a signal to all", system::kill_current_process_group(Signal::CONT).err().map(of)),
            ("a handle", system::pidfd_open(parent, system::PidfdFlags::empty()).err().map(of)),
            ("a group", system::setpgid(None, None).err().map(of)),
            ("a signal of its own", system::test_kill_process(own).err().map(of)),
            ("its own handle", system::pidfd_open(own, system::PidfdFlags::empty()).err().map(of)),
            ("messages", UnixDatagram::unbound().err().map(os)),
            ("a pair of messages", UnixDatagram::pair().err().map(os)),
            ("the network", std::net::UdpSocket::bind("127.0.0.1:0").err().map(os)),
            ("a connection", UnixStream::connect("/dev/log").err().map(os)),
        ]
    }

    #[test]
    #[ignore = "needs to be started by the test below"]
    fn confined() {
        let Ok(folder) = std::env::var(VARIABLE) else { return };
        let bounds = Bounds { cpu: Duration::from_secs(5), memory: 1 << 30 };
        let program = std::env::current_exe().expect("this test");
        confine(bounds, 1 << 20, Path::new(&folder), &program).expect("confined");
        for (what, refused) in refusals() {
            assert_eq!(refused, Some(libc::EPERM), "{what}");
        }
        end_group()
    }

    #[test]
    fn a_converter_reaches_nobody_else_and_ends_its_own_group() {
        use std::os::unix::process::CommandExt as _;
        let folder = tempfile::tempdir().expect("a folder");
        let out = copy("confined", &folder.path().display().to_string())
            .process_group(0)
            .stderr(Stdio::piped())
            .output()
            .expect("it starts");
        let told = String::from_utf8_lossy(&out.stderr);
        assert_eq!(out.status.signal(), Some(libc::SIGKILL), "{told}");
    }

    #[cfg(target_arch = "x86_64")]
    #[test]
    fn a_call_that_is_denied_is_denied_by_its_other_number_too() {
        let rules = linux::converter_rules().expect("rules");
        let (other, own): (Vec<i64>, Vec<i64>) =
            rules.keys().partition(|call| **call >= linux::X32);
        assert_eq!(other.len(), own.len());
        for twin in [42 | linux::X32, 521 | linux::X32, 62 | linux::X32] {
            assert!(other.contains(&twin), "{twin:#x}");
        }
    }
}
