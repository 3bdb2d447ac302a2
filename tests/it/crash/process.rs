//! The real binary as a process: started, watched by its log, and ended.

use std::io::{BufRead, BufReader, PipeReader};
use std::os::unix::process::ExitStatusExt;
use std::process::{Child, Command, Stdio};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use rustix::io::ioctl_fionread;
use rustix::process::{Pid, Signal, kill_process};
use tokio::sync::watch;
use tokio::time::timeout;

use crate::harness::{Harness, WITHIN};

/// How far a process may be ahead of who reads its log: the smallest size of a pipe.
const PIPE_BYTES: usize = 4096;

/// A pipe with less room than this counts as full.
const LONGEST_LINE: u64 = 400;

/// When to kill a process: at a line of its log.
#[derive(Clone, Copy, Debug)]
pub(super) struct KillTrigger {
    /// The text that the line contains.
    pub(super) text: &'static str,
    /// Which of these lines it is, counted from 1.
    pub(super) nth: usize,
    pub(super) pause: Pause,
}

/// How long the log is not read before the kill.
#[derive(Clone, Copy, Debug)]
pub(super) enum Pause {
    For(Duration),
    /// Until the process has filled its pipe and is blocked in writing a line.
    UntilBlocked,
}

impl Pause {
    pub(super) const NONE: Self = Self::For(Duration::ZERO);

    fn wait(self, pipe: &PipeReader) {
        match self {
            Self::For(duration) => std::thread::sleep(duration),
            Self::UntilBlocked => {
                let started = Instant::now();
                let is_full = || ioctl_fionread(pipe).unwrap() + LONGEST_LINE > PIPE_BYTES as u64;
                // A process that logs nothing more never fills it.
                while !is_full() && started.elapsed() < Duration::from_secs(1) {
                    std::thread::sleep(Duration::from_millis(1));
                }
                // A thread that was busy when the pipe filled gets to a line of its own.
                std::thread::sleep(Duration::from_millis(40));
            }
        }
    }
}

pub(super) struct BotProcess {
    process: Child,
    log: watch::Receiver<Vec<String>>,
    reader: Option<JoinHandle<()>>,
}

impl BotProcess {
    pub(super) fn start(harness: &Harness) -> Self {
        Self::start_with(harness, None)
    }

    pub(super) fn start_with(harness: &Harness, trigger: Option<KillTrigger>) -> Self {
        let (reader, writer) = std::io::pipe().unwrap();
        #[cfg(target_os = "linux")]
        rustix::pipe::fcntl_setpipe_size(&writer, PIPE_BYTES).unwrap();
        let process = command(harness)
            .stdout(Stdio::null())
            .stderr(writer)
            .spawn()
            .unwrap();
        let (lines, log) = watch::channel(Vec::new());
        let id = Pid::from_child(&process);
        let reader = std::thread::spawn(move || read(reader, id, &lines, trigger));
        Self {
            process,
            log,
            reader: Some(reader),
        }
    }

    pub(super) fn signal(&self, signal: Signal) {
        kill_process(Pid::from_child(&self.process), signal).unwrap();
    }

    /// Waits until the log has a line with this text.
    pub(super) async fn wait_for_line(&mut self, text: &str) {
        self.wait_for_lines(text, 1).await;
    }

    /// Waits until the log has this many lines with this text.
    pub(super) async fn wait_for_lines(&mut self, text: &str, times: usize) {
        let said = |log: &Vec<String>| {
            let lines = log.iter().filter(|line| line.contains(text));
            lines.count() >= times
        };
        let said = timeout(WITHIN, self.log.wait_for(said)).await;
        let said = said.is_ok_and(|said| said.is_ok());
        assert!(
            said,
            "expected in the log {times} times, but not seen: {text}\n{}",
            self.tail()
        );
    }

    /// Returns whether the process exits within this time.
    pub(super) async fn exits_within(&mut self, within: Duration) -> bool {
        timeout(within, self.log.wait_for(|_| false)).await.is_ok()
    }

    /// Waits until the process has exited by itself; returns its exit code.
    pub(super) async fn wait_for_exit(&mut self) -> Option<i32> {
        let gone = self.exits_within(WITHIN).await;
        assert!(gone, "the process must end\n{}", self.tail());
        let status = self.process.wait().unwrap();
        assert_eq!(status.signal(), None, "nothing kills it\n{}", self.tail());
        status.code()
    }

    /// Stops the process as a supervisor does; returns its whole log.
    pub(super) async fn stop(mut self) -> Vec<String> {
        // Before that it handles no signal.
        self.wait_for_line("the bot starts").await;
        self.signal(Signal::TERM);
        assert_eq!(
            self.wait_for_exit().await,
            Some(0),
            "a polite stop ends well"
        );
        self.log.borrow().clone()
    }

    /// Kills the process, unless that has happened; returns its whole log.
    pub(super) fn kill(mut self) -> Vec<String> {
        self.end();
        self.log.borrow().clone()
    }

    fn end(&mut self) {
        // A process that has exited is as good as killed.
        let _ = self.process.kill();
        if let Some(reader) = self.reader.take() {
            reader.join().unwrap();
        }
        self.process.wait().unwrap();
    }

    fn tail(&self) -> String {
        let log = self.log.borrow();
        log[log.len().saturating_sub(40)..].join("\n")
    }
}

impl Drop for BotProcess {
    fn drop(&mut self) {
        self.end();
    }
}

pub(super) fn command(harness: &Harness) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_lookalike"));
    // Nothing of the environment may leak in, least of all a .env.
    command
        .env_clear()
        .envs(harness.environment())
        .env("RUST_LOG", "lookalike=trace")
        .current_dir(harness.folder.path());
    command
}

fn read(pipe: PipeReader, id: Pid, log: &watch::Sender<Vec<String>>, trigger: Option<KillTrigger>) {
    let mut seen = 0;
    let mut pipe = BufReader::new(pipe);
    let mut line = String::new();
    while pipe.read_line(&mut line).is_ok_and(|read| read > 0) {
        if let Some(trigger) = trigger.filter(|trigger| line.contains(trigger.text)) {
            seen += 1;
            if seen == trigger.nth {
                trigger.pause.wait(pipe.get_ref());
                // It is waited for only when nothing is left to read, so the pid is still its own.
                kill_process(id, Signal::KILL).unwrap();
            }
        }
        let line = std::mem::take(&mut line);
        log.send_modify(|log| log.push(line.trim_end().to_owned()));
    }
}
