//! The demo in the terminal as a process: lines are typed, and its output is read.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{self, Receiver};

use crate::harness::WITHIN;

struct DemoTerminal {
    process: Child,
    keyboard: Option<ChildStdin>,
    lines: Receiver<String>,
    seen: Vec<String>,
}

impl DemoTerminal {
    fn open(rate: &str) -> Self {
        let mut process = Command::new(env!("CARGO_BIN_EXE_lookalike"))
            .args(["demo", "--rate", rate])
            .env("RUST_LOG", "error")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let screen = BufReader::new(process.stdout.take().unwrap());
        let (sender, lines) = mpsc::channel();
        std::thread::spawn(move || {
            for line in screen.lines().map_while(Result::ok) {
                let _ = sender.send(line);
            }
        });
        Self {
            keyboard: process.stdin.take(),
            process,
            lines,
            seen: Vec::new(),
        }
    }

    fn types(&mut self, line: &str) {
        let keyboard = self.keyboard.as_mut().unwrap();
        writeln!(keyboard, "{line}").unwrap();
    }

    /// Reads until a line ends like this.
    fn shows(&mut self, end: &str) {
        loop {
            let Ok(line) = self.lines.recv_timeout(WITHIN) else {
                panic!("not shown: {end}\n{}", self.seen.join("\n"));
            };
            self.seen.push(line);
            if self.seen.last().is_some_and(|line| line.ends_with(end)) {
                return;
            }
        }
    }

    /// Ends the input, and waits for all answers.
    fn ends_well(mut self) {
        drop(self.keyboard.take());
        while let Ok(line) = self.lines.recv_timeout(WITHIN) {
            self.seen.push(line);
        }
        let status = self.process.wait().unwrap();
        assert!(status.success(), "{status}\n{}", self.seen.join("\n"));
    }
}

impl Drop for DemoTerminal {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

#[test]
fn a_group_is_played_in_the_terminal() {
    // Slow enough that nothing is found before it is stopped.
    let mut terminal = DemoTerminal::open("36000/h");
    terminal.types("Ann> /find bergen_loaf");
    terminal.shows("Ann ║ /find bergen_loaf");
    terminal.shows("║ ▏Ann: /find bergen_loaf");
    terminal.shows("║ Looking up @bergen_loaf on Instagram…");
    terminal.types("Bob> #a");
    terminal.shows("Bob ║ presses [ Cancel ]");
    terminal.shows("Only the person who asked can stop that, or an administrator of this group.");
    terminal.types("you> #a");
    terminal.shows("you ║ presses [ Cancel ]");
    terminal.shows("║ @bergen_loaf: cancelled by an administrator of this group.");
    terminal.types("eve> let me in");
    terminal.shows("! │ eve is not in the group.");
    terminal.types("bob> ^ and @seven_loaf_diaries");
    terminal.shows("║ Looking up @seven_loaf_diaries on Instagram…");
    terminal.types("bob> /cancel");
    terminal.shows("║ @seven_loaf_diaries: cancelled.");
    terminal.types("/status");
    terminal.shows("│ You have no search under way. Send me an account, for example @nasa.");
    terminal.ends_well();
}

#[test]
fn any_byte_may_be_typed() {
    let mut terminal = DemoTerminal::open("36000/h");
    let keyboard = terminal.keyboard.as_mut().unwrap();
    keyboard.write_all(b"caf\xe9\n").unwrap();
    terminal.shows("you │ caf\u{fffd}");
    terminal.types("/status");
    terminal.shows("│ You have no search under way. Send me an account, for example @nasa.");
    terminal.ends_well();
}

#[test]
fn a_handle_is_asked_on_the_network_that_is_named_with_it() {
    let played = Command::new(env!("CARGO_BIN_EXE_lookalike"))
        .args(["demo", "--depth", "quick", "--json"])
        .args(["github:bergen-loaf", "bsky:bergen-loaf", "bergen_loaf"])
        .env("RUST_LOG", "error")
        .output()
        .unwrap();
    let answers = String::from_utf8(played.stdout).unwrap();
    let error = String::from_utf8(played.stderr).unwrap();
    assert!(played.status.success(), "{error}");
    let networks: Vec<String> = answers
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap())
        .map(|answer| answer["network"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(networks, ["github", "bluesky", "instagram"], "{error}");
}
