//! quick
use lookalike::app::App;
use lookalike::clock::SystemClock;
use lookalike::config::Config;
use lookalike::demo::networks::{Options, instagram};
use lookalike::demo::world::World;
use lookalike::ledger::Change;
use lookalike::model::*;
use std::collections::BTreeMap;
use std::sync::Arc;

#[tokio::test(flavor = "multi_thread")]
async fn quick() {
    let world = Arc::new(World::invented(1));
    let target = world.worth_trying(1)[0];
    let handle = world.person(target).handle.clone();
    let ig = instagram::start(
        world.clone(),
        Options {
            port: 0,
            token: "t".into(),
            rate: Some((3_000_000, std::time::Duration::from_secs(3600))),
            faults_percent: 0,
            seed: 1,
        },
    )
    .await
    .unwrap();
    let folder = tempfile::tempdir().unwrap();
    let env: BTreeMap<&str, String> = BTreeMap::from([
        ("TELOXIDE_TOKEN", "x".into()),
        ("INSTAGRAM_API_URL", ig.url()),
        ("INSTAGRAM_ACCESS_TOKEN", "t".into()),
        ("INSTAGRAM_RATE", "3000000/h".into()),
        ("DATABASE_URL", format!("sled:{}", folder.path().display())),
    ]);
    let config = Config::read(&|n| env.get(n).cloned()).unwrap();
    let app = App::start(&config, Arc::new(SystemClock::default()))
        .await
        .unwrap();
    let ledger = app.context().ledger.clone();
    ledger
        .receive(vec![(1, serde_json::json!({}))])
        .await
        .unwrap();
    let t = std::time::Instant::now();
    ledger
        .handled(
            1,
            vec![Change::Submit(NewAnalysis {
                person: PersonId(1),
                chat: ChatId(1),
                question: None,
                network: NetworkName::new("instagram"),
                handle: Handle(handle.clone()),
                priority: 1,
                refresh: false,
            })],
        )
        .await
        .unwrap();
    let mut last = None;
    loop {
        tokio::time::sleep(std::time::Duration::from_millis(300)).await;
        let a = ledger.analyses_of(PersonId(1)).unwrap().pop().unwrap();
        let c = ledger.crawl_of(&a).unwrap();
        if let Some(c) = &c {
            let now = format!(
                "{:?} {} open {} {:?} {:?} cands {} prof {}+{} exp {:?}",
                c.status,
                c.stage,
                c.open,
                c.followers,
                c.requests,
                c.candidates,
                c.profiles_done,
                c.profiles_missing,
                lookalike::crawl::expected(app.context(), c)
            );
            if last.as_ref() != Some(&now) {
                eprintln!("{:.1} {now}", t.elapsed().as_secs_f32());
                last = Some(now);
            }
        }
        if a.outcome.is_some() {
            eprintln!("{:?}", a.outcome);
            if let Some(c) = c {
                let r = ledger.ranking(&c).unwrap();
                if let Some(r) = r {
                    for row in r.rows.iter().take(10) {
                        eprintln!(
                            "{} {} {} {:.4} {}",
                            row.handle,
                            row.followers,
                            row.shared,
                            row.score,
                            world.person(world.by_handle(&row.handle.0).unwrap()).label
                        );
                    }
                }
                eprintln!("label {}", world.person(target).label);
            }
            break;
        }
    }
    eprintln!(
        "{:?} twice {:?} viol {:?} size {}",
        ig.requests(),
        ig.asked_twice().len(),
        ig.violations(),
        ledger.size()
    );
    app.stop().await.unwrap();
}
