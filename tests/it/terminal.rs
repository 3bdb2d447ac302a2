//! A chat in the terminal as a process, the demo's or one on other networks: lines are typed, and its output is read.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver};

use lookalike::demo::networks::fake;

use crate::fake_instagram::options;
use crate::harness::{WITHIN, small_world};

struct Terminal {
    process: Child,
    keyboard: Option<ChildStdin>,
    lines: Receiver<String>,
    seen: Vec<String>,
}

impl Terminal {
    fn demo(rate: &str) -> Self {
        let mut program = program();
        Self::open(program.args(["demo", "--rate", rate]))
    }

    fn open(program: &mut Command) -> Self {
        let mut process = program
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

impl Drop for Terminal {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn program() -> Command {
    Command::new(env!("CARGO_BIN_EXE_lookalike"))
}

#[test]
fn a_group_is_played_in_the_terminal() {
    // Slow enough that nothing is found before it is stopped.
    let mut terminal = Terminal::demo("36000/h");
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
    let mut terminal = Terminal::demo("36000/h");
    let keyboard = terminal.keyboard.as_mut().unwrap();
    keyboard.write_all(b"caf\xe9\n").unwrap();
    terminal.shows("you │ caf\u{fffd}");
    terminal.types("/status");
    terminal.shows("│ You have no search under way. Send me an account, for example @nasa.");
    terminal.ends_well();
}

#[test]
fn a_handle_is_asked_on_the_network_that_is_named_with_it() {
    let played = program()
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

#[tokio::test(flavor = "multi_thread")]
async fn a_chat_without_a_token_searches_the_networks_of_the_settings_and_leaves_no_database() {
    let bluesky = fake("bluesky", "appview").unwrap();
    let world = Arc::new(small_world(40, false));
    let handle = bluesky.directory(world.clone()).handle(0).to_owned();
    let network = bluesky.start(world, options()).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let temporary = folder.path().join("temporary");
    std::fs::create_dir(&temporary).unwrap();
    let mut program = program();
    // The operator's own bot may be at work there, and is for others.
    let of_the_bot = [
        ("DATABASE_URL", "sled:./data"),
        ("ALLOWED", "7"),
        ("METRICS_ADDRESS", "127.0.0.1:9"),
    ];
    program
        .arg("chat")
        .env_clear()
        .env("TMPDIR", &temporary)
        .envs(bluesky.settings(&network, "", "36000/h".parse().unwrap()))
        .envs(of_the_bot)
        .current_dir(folder.path());
    let mut terminal = Terminal::open(&mut program);
    terminal.types(&handle);
    terminal.shows(&format!("│ Accounts like @{handle} on Bluesky"));
    terminal.ends_well();
    let left = |folder: &Path| {
        let entries = std::fs::read_dir(folder).unwrap();
        let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        names.collect::<Vec<_>>()
    };
    assert_eq!(left(folder.path()), ["temporary"]);
    let pictures = left(&temporary);
    let is_for_pictures = |name: &String| name.starts_with("lookalike-");
    assert!(pictures.iter().all(is_for_pictures), "{pictures:?}");
}
