//! The command line: runs the bot, the demo, a chat in the terminal, the invented world alone, or a check of the settings; copies the database
//! into a file and back.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use clap::{Args, Parser, Subcommand};
use lookalike::app::App;
use lookalike::backup;
use lookalike::clock::SystemClock;
use lookalike::config::{self, Config};
use lookalike::demo;
use lookalike::ledger::Copied;
use lookalike::locales::{self, Locale};
use lookalike::machine;
use lookalike::measures;
use lookalike::model::{Depth, Rate};
use tokio::signal::unix::{SignalKind, signal};
use tracing_subscriber::EnvFilter;

/// The exit code after a second signal: a shell's code for an interrupted process.
const SECOND_SIGNAL: i32 = 130;

/// What to do without a token.
const FIRST_STEPS: &str = "\
there is no token in TELOXIDE_TOKEN yet.
  To run your bot: send /newbot to @BotFather, copy .env.example to .env (cp .env.example .env), put the token there.
  To try it first: `lookalike demo` is an invented world, `lookalike chat` searches Bluesky without any key.";

/// Made by `deploy/third-party.sh`.
const LICENCES: &str = include_str!("../deploy/THIRD_PARTY.txt");

/// Which accounts are like this one? A Telegram bot that finds out from shared followers.
#[derive(Parser)]
#[command(version, about)]
struct Cli {
    /// Read the settings that the environment does not have from this file; by default from .env in the working
    /// folder, if it is there.
    #[arg(long, global = true, value_name = "FILE")]
    env_file: Option<PathBuf>,
    #[command(subcommand)]
    command: Option<CliCommand>,
}

#[derive(Subcommand)]
enum CliCommand {
    /// Run the bot (the default).
    Run,
    /// Try everything on this machine, without any key: a chat, or the handles given.
    Demo(DemoArgs),
    /// Try your own bot in this terminal: on the real networks, by your settings, without Telegram.
    ///
    /// Bluesky needs no key, so this works without any setting. The database is a new one, removed at
    /// the end: a bot that runs is not touched. Its networks' budgets are used twice, though, if both
    /// are at work.
    Chat,
    /// Serve the fake networks alone, to try the real bot against them.
    World(WorldArgs),
    /// Write the whole database into a new FILE: the back-up, and the way to another machine or version.
    ///
    /// Stop the bot first; DATABASE_URL names the database. The file holds everything, people's
    /// requests too: keep it as safe as the database.
    Export { file: PathBuf },
    /// Fill an empty database from a FILE that `export` has written.
    ///
    /// DATABASE_URL names the folder, which must not hold a database yet. What was under way goes on
    /// with the next start. A file that is damaged or cut off leaves nothing behind.
    Import { file: PathBuf },
    /// Read the settings, contact Telegram and the networks once, open the database, and say what is
    /// right and wrong.
    Check,
    /// Print the licence of this program, and those of every crate and font in it.
    Licenses,
}

#[derive(Args)]
struct DemoArgs {
    /// Accounts to analyse, one after the other; without any it is a chat.
    handles: Vec<String>,
    /// Show some handles worth trying.
    #[arg(long)]
    list: bool,
    /// Print one JSON object per handle instead of the lists.
    #[arg(long)]
    json: bool,
    /// How far to go: quick, normal, deep, settled or full. A second run with the same --data goes on from
    /// the first.
    #[arg(long, default_value_t, value_parser = depth)]
    depth: Depth,
    /// What the list is ordered by: peers, niche, balanced or count.
    #[arg(long, default_value = measures::ALL[0].name().as_str(), value_parser = measure)]
    measure: &'static str,
    /// The language of the chat, such as ru.
    #[arg(long, value_name = "CODE", value_parser = language)]
    language: Option<&'static str>,
    /// Keep the database in this folder, and go on from it the next time.
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// The pace of requests, such as 5000/h.
    #[arg(long, default_value = demo::QUICK_RATE)]
    rate: Rate,
    #[command(flatten)]
    world: GraphArgs,
}

#[derive(Args)]
struct WorldArgs {
    /// The port on 127.0.0.1; 0 takes any.
    #[arg(long, default_value_t = 8080)]
    port: u16,
    /// The pace that the fake network allows, such as 5000/h.
    #[arg(long, default_value = demo::QUICK_RATE)]
    rate: Rate,
    #[command(flatten)]
    world: GraphArgs,
}

#[derive(Args)]
struct GraphArgs {
    /// Serve a follower graph, edges.tsv[.gz] and nodes.tsv[.gz], in place of the invented world.
    #[arg(long, value_name = "DIR")]
    graph: Option<PathBuf>,
    /// Answer this many percent of all requests with an error.
    #[arg(long, value_name = "PERCENT", default_value_t = 0, value_parser = clap::value_parser!(u8).range(0..=100))]
    faults: u8,
    /// Which world is invented, and which requests fail.
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

fn main() -> ExitCode {
    machine::keep_files_private();
    machine::allow_most_files();
    let runtime = match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("lookalike: the system has no threads or files left to start with: {error}");
            return ExitCode::FAILURE;
        }
    };
    let code = runtime.block_on(start());
    // Counting, or a host name's look-up, that still runs on its own thread is not waited for.
    runtime.shutdown_background();
    code
}

async fn start() -> ExitCode {
    let cli = Cli::parse();
    let loaded = config::load(cli.env_file.as_deref());
    // The demo prints a transcript, and other commands their answer.
    let command = cli.command.unwrap_or(CliCommand::Run);
    let quiet = !matches!(command, CliCommand::Run);
    if let Err(problem) = start_logging(if quiet { "error" } else { "info" }) {
        eprintln!("lookalike: {problem}");
        return ExitCode::FAILURE;
    }
    let warnings = match loaded {
        Ok(warnings) => warnings,
        Err(error) => {
            eprintln!("lookalike: {error}");
            return ExitCode::FAILURE;
        }
    };
    for warning in &warnings {
        tracing::warn!("{warning}");
    }
    let result = match command {
        CliCommand::Run => run().await,
        CliCommand::Demo(args) => demo::run(args.into()).await,
        CliCommand::Chat => demo::chat(signalled()).await,
        CliCommand::World(args) => {
            demo::serve_world(args.port, args.rate, &args.world.into(), signalled()).await
        }
        CliCommand::Export { file } => export(&file),
        CliCommand::Import { file } => import(&file),
        CliCommand::Check => return check(&warnings).await,
        CliCommand::Licenses => print_licences(),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        // Whatever reads the output has read enough.
        Err(error) if is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("lookalike: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run() -> anyhow::Result<()> {
    let config = Config::from_env().map_err(|error| match error.lacks_token() {
        true => anyhow::anyhow!(FIRST_STEPS),
        false => error.into(),
    })?;
    // Registered first: opening a large database takes a while.
    let asked = signalled();
    let app = App::start(&config, Arc::new(SystemClock::default())).await?;
    app.run_until(asked).await
}

fn export(file: &Path) -> anyhow::Result<()> {
    let Copied { rows, records } = backup::export_to(file, &Config::database_url_from_env())?;
    println!(
        "exported {rows} rows and {records} records to {}",
        file.display()
    );
    Ok(())
}

fn import(file: &Path) -> anyhow::Result<()> {
    let Copied { rows, records } = backup::import_from(file, &Config::database_url_from_env())?;
    println!(
        "imported {rows} rows and {records} records from {}",
        file.display()
    );
    Ok(())
}

fn print_licences() -> anyhow::Result<()> {
    Ok(std::io::stdout().write_all(LICENCES.as_bytes())?)
}

async fn check(warnings: &[String]) -> ExitCode {
    let report = lookalike::check::check(&config::variable, warnings).await;
    for line in &report.lines {
        println!("{line}");
    }
    if report.all_right {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    let io = error.downcast_ref::<std::io::Error>();
    io.is_some_and(|io| io.kind() == std::io::ErrorKind::BrokenPipe)
}

/// Waits for the first SIGINT or SIGTERM from now on; a second one ends the process at once.
fn signalled() -> impl Future<Output = ()> {
    let (asked, asks) = tokio::sync::oneshot::channel();
    let [interrupt, terminate] = [SignalKind::interrupt(), SignalKind::terminate()].map(signal);
    tokio::spawn(async move {
        match (interrupt, terminate) {
            (Ok(mut interrupt), Ok(mut terminate)) => {
                let mut next = async || {
                    tokio::select! {
                        _ = interrupt.recv() => {}
                        _ = terminate.recv() => {}
                    }
                };
                next().await;
                // Nobody has to be waiting for it.
                let _ = asked.send(());
                next().await;
                std::process::exit(SECOND_SIGNAL);
            }
            (Err(error), _) | (_, Err(error)) => {
                tracing::warn!(%error, "SIGINT and SIGTERM can't be heard; they end the process at once");
                std::future::pending().await
            }
        }
    });
    async {
        let _ = asks.await;
    }
}

fn start_logging(default: &str) -> Result<(), String> {
    let wanted = std::env::var("RUST_LOG")
        .ok()
        .filter(|wanted| !wanted.trim().is_empty());
    let filter = wanted.as_deref().unwrap_or(default);
    let filter = EnvFilter::try_new(filter).map_err(|_| {
        format!("RUST_LOG={filter:?} is not a log filter; for example RUST_LOG=lookalike=debug")
    })?;
    let colours = std::io::IsTerminal::is_terminal(&std::io::stderr());
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr);
    log.with_ansi(colours).init();
    Ok(())
}

fn depth(word: &str) -> Result<Depth, String> {
    let known = Depth::ALL.map(Depth::as_str).join(", ");
    word.parse().map_err(|()| format!("one of {known}"))
}

fn measure(word: &str) -> Result<&'static str, String> {
    let known = measures::ALL
        .map(|measure| measure.name().as_str())
        .join(", ");
    let measure = measures::parse(word).ok_or(format!("one of {known}"))?;
    Ok(measure.name().as_str())
}

fn language(code: &str) -> Result<&'static str, String> {
    let known: Vec<&str> = locales::all().map(Locale::code).collect();
    let code = known.iter().copied().find(|known| *known == code);
    code.ok_or(format!("one of {}", known.join(", ")))
}

impl From<GraphArgs> for demo::WorldOptions {
    fn from(args: GraphArgs) -> Self {
        demo::WorldOptions {
            graph: args.graph,
            faults: args.faults,
            seed: args.seed,
        }
    }
}

impl From<DemoArgs> for demo::DemoOptions {
    fn from(args: DemoArgs) -> Self {
        demo::DemoOptions {
            handles: args.handles,
            list: args.list,
            json: args.json,
            depth: args.depth,
            measure: args.measure,
            language: args.language.map(str::to_owned),
            data: args.data,
            rate: args.rate,
            world: args.world.into(),
        }
    }
}
