//! A folder that is private, a disk that is full, a program that is old, things that pile up.

use std::future::{Future, poll_fn};
use std::io::ErrorKind;
use std::pin::pin;
use std::task::Poll;

use bytes::Bytes;
use tempfile::TempDir;

use super::{Fixture, TRUNK, order, pages};
use crate::clock::Clock;
use crate::queue::JobState;
use crate::store::{
    Cleaned, DocumentId, EventKind, Idempotency, JobId, Listing, NewDocument, NewJob, Store,
    StoreError,
};

fn letter() -> NewDocument {
    NewDocument {
        user_name: "anna".to_owned(),
        name: "letter.tif".to_owned(),
        media_type: "image/tiff".to_owned(),
        bytes: Bytes::from_static(b"II*\0"),
    }
}

fn key() -> Idempotency {
    Idempotency { key: "key".to_owned(), fingerprint: "the same".to_owned() }
}

async fn execute(store: &Store, sql: &'static str) {
    let mut write = store.write().await.unwrap();
    sqlx::query(sql).execute(&mut *write.tx).await.unwrap();
    write.commit().await.unwrap();
}

fn files(fixture: &Fixture, folder: &str) -> usize {
    std::fs::read_dir(fixture.folder.path().join(folder)).unwrap().count()
}

#[cfg(unix)]
#[tokio::test]
async fn nobody_else_reads_what_is_in_the_data_folder() {
    use std::os::unix::fs::PermissionsExt;
    let mode =
        |path: &std::path::Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let open = |path: &std::path::Path| {
        std::fs::set_permissions(path, PermissionsExt::from_mode(0o755)).unwrap();
    };
    let top = TempDir::new().unwrap();
    let fresh = top.path().join("a/b");
    let empty = top.path().join("empty");
    let shared = top.path().join("shared");
    for folder in [&empty, &shared] {
        std::fs::create_dir(folder).unwrap();
        open(folder);
    }
    std::fs::write(shared.join("other"), "not ours").unwrap();
    for (folder, own) in [(&fresh, 0o700), (&empty, 0o700), (&shared, 0o755)] {
        let store = Store::open(folder, Clock::real()).await.unwrap();
        store.submit(order("5550199"), pages(1), None).await.unwrap();
        assert_eq!(mode(folder), own, "{}", folder.display());
        for part in ["documents", "pages", "inbox", "transcripts"] {
            assert_eq!(mode(&folder.join(part)), 0o700, "{part}");
        }
        for file in ["ferrofax.db", "ferrofax.db-wal", "ferrofax.db-shm", "ferrofax.lock"] {
            assert_eq!(mode(&folder.join(file)), 0o600, "{file}");
        }
        store.close().await;
    }
    // What an older version left open is closed.
    open(&fresh);
    open(&fresh.join("ferrofax.db"));
    drop(Store::open(&fresh, Clock::real()).await.unwrap());
    assert_eq!((mode(&fresh), mode(&fresh.join("ferrofax.db"))), (0o700, 0o600));
}

#[tokio::test]
async fn a_database_of_a_newer_version_is_left_alone() {
    let fixture = Fixture::new().await;
    let sql = "INSERT INTO _sqlx_migrations (version, description, success, checksum, \
         execution_time) VALUES (9999, 'later', 1, x'00', 0)";
    execute(&fixture.store, sql).await;
    fixture.store.close().await;
    let folder = fixture.folder;
    drop(fixture.store);
    let error = Store::open(folder.path(), Clock::real()).await.unwrap_err();
    assert!(matches!(error, StoreError::Newer { found: 9999, .. }), "{error}");
    assert!(error.to_string().contains("newer"), "{error}");
}

#[tokio::test]
async fn a_full_disk_refuses_and_leaves_nothing() {
    let fixture = Fixture::new().await;
    let accepted = fixture.store.submit(order("5550199"), pages(1), None).await.unwrap().job;
    // A database that may not grow is what SQLite makes of a full disk.
    execute(&fixture.store, "PRAGMA max_page_count = 1").await;
    let mut refused = None;
    while refused.is_none() {
        let job = NewJob { display_name: "x".repeat(2000), ..order("5550199") };
        refused = fixture.store.submit(job, pages(1), None).await.err();
    }
    assert!(refused.is_some_and(|error| error.is_full()));
    // When there is room again everything goes on; the settings of the test went with the
    // connection that failed.
    fixture.store.submit(order("5550199"), pages(1), None).await.unwrap();
    assert_eq!(fixture.store.job(accepted).await.unwrap().id, accepted);
    fixture.store.clean().await.unwrap();
    let jobs = fixture.store.jobs(crate::store::Listing::All, None, 500).await.unwrap().count;
    assert_eq!(files(&fixture, "pages"), usize::try_from(jobs).unwrap());
}

#[test]
fn a_full_disk_is_known_wherever_it_is_told() {
    let told = |kind: ErrorKind| {
        let inner = object_store::Error::Generic {
            store: "within",
            source: Box::new(std::io::Error::from(kind)),
        };
        StoreError::from(object_store::Error::Generic { store: "outer", source: Box::new(inner) })
    };
    assert!(told(ErrorKind::StorageFull).is_full());
    assert!(!told(ErrorKind::PermissionDenied).is_full());
}

#[tokio::test]
async fn documents_and_keys_go_when_nobody_needs_them() {
    let fixture = Fixture::new().await;
    let store = &fixture.store;
    let (used, unused) = (
        store.save_document(letter()).await.unwrap(),
        store.save_document(letter()).await.unwrap(),
    );
    let job = NewJob { document: Some(used), ..order("5550199") };
    let job = store.submit(job, pages(1), Some(key())).await.unwrap().job;
    assert_eq!(store.clean().await.unwrap(), Cleaned::default());
    execute(store, "UPDATE documents SET created_us = created_us - 90000000000").await;
    execute(store, "UPDATE idempotency SET created_us = created_us - 700000000000").await;
    assert_eq!(store.clean().await.unwrap(), Cleaned { outlived: 2, unanswered: 1, unsent: 0 });
    assert!(matches!(store.document(unused).await, Err(StoreError::NoDocument(_))));
    assert_eq!(store.document_bytes(used).await.unwrap(), letter().bytes);
    assert_eq!(files(&fixture, "documents"), 1);
    assert_eq!(store.replayed("anna", &key()).await.unwrap(), None);
    // The job itself stays, and without the queue nobody needs its document.
    store.act(job, crate::queue::Action::Cancel).await.unwrap();
    assert_eq!(store.clean().await.unwrap(), Cleaned { outlived: 1, unanswered: 1, unsent: 0 });
    assert_eq!(files(&fixture, "documents"), 0);
    assert_eq!(store.job(job).await.unwrap().document, Some(used));
}

#[tokio::test]
async fn unsent_jobs_leave_the_queue_after_their_days_and_are_not_forgotten() {
    let fixture = Fixture::new().await;
    let store = &fixture.store;
    let ended = [
        (1, "failed", Some(9)),
        (2, "failed", Some(6)),
        (3, "uncertain", Some(8)),
        (4, "receive_failed", Some(8)),
        (5, "pending", None),
    ];
    for (id, state, days) in ended {
        assert_eq!(store.submit(order("1"), pages(1), None).await.unwrap().job, JobId(id));
        let direction = if state == "receive_failed" { "receive" } else { "send" };
        let mut write = store.write().await.unwrap();
        let now = write.now_us;
        sqlx::query("UPDATE jobs SET state = $2, ended_us = $3, direction = $4 WHERE id = $1")
            .bind(id)
            .bind(state)
            .bind(days.map(|days: i64| now - days * 24 * 3600 * 1_000_000))
            .bind(direction)
            .execute(&mut *write.tx)
            .await
            .unwrap();
        write.commit().await.unwrap();
    }
    let visible = async || {
        let page = store.jobs(Listing::Visible { as_of: None }, None, 10).await.unwrap();
        page.jobs.iter().map(|job| job.id.0).collect::<Vec<_>>()
    };
    let keep = async |days| {
        let set = |now: &mut crate::store::ServerProperties| {
            now.dirty_days = days;
            Ok(())
        };
        store.change_server(set).await.unwrap();
        store.clean().await.unwrap().unsent
    };
    assert_eq!((keep(None).await, visible().await), (0, vec![1, 2, 3, 4, 5]));
    let picture = store.jobs(Listing::Visible { as_of: None }, None, 10).await.unwrap().as_of;
    assert_eq!((keep(Some(7)).await, visible().await), (2, vec![2, 4, 5]));
    let old = store.jobs(Listing::Visible { as_of: Some(picture) }, None, 10).await.unwrap();
    assert_eq!(old.count, 5, "a picture stays as it is");
    let gone = store.job(JobId(3)).await.unwrap();
    assert!(gone.state == JobState::Uncertain && gone.left_seq.is_some(), "{gone:?}");
    let left = store.events_after(0, 100).await.unwrap();
    let left = left.iter().filter(|event| event.kind == EventKind::JobLeft).map(|e| e.job);
    assert_eq!(left.collect::<Vec<_>>(), [Some(JobId(1)), Some(JobId(3))]);
    assert_eq!((keep(Some(0)).await, visible().await), (1, vec![4, 5]));
}

#[tokio::test]
async fn jobs_for_the_discount_rate_are_passed_over_outside_of_its_hours() {
    let fixture = Fixture::new().await;
    let store = &fixture.store;
    let cheap = NewJob { discount: true, ..order("1") };
    let cheap = store.submit(cheap, pages(1), None).await.unwrap().job;
    let plain = store.submit(order("2"), pages(1), None).await.unwrap().job;
    let due = async |discount| {
        let jobs = store.due(10, discount).await.unwrap();
        jobs.iter().map(|job| job.id).collect::<Vec<_>>()
    };
    assert_eq!((due(false).await, due(true).await), (vec![plain], vec![cheap, plain]));
    // They wait for their hours, not for a line.
    store.set_no_line(true);
    let no_line = async |id| store.job(id).await.unwrap().no_line;
    assert_eq!((no_line(cheap).await, no_line(plain).await), (false, true));
    store.set_discount(true);
    assert!(no_line(cheap).await);
}

#[tokio::test]
async fn a_submission_that_broke_off_leaves_nothing() {
    let fixture = Fixture::new().await;
    for steps in 0..20 {
        let mut left = steps;
        let mut submission = pin!(fixture.store.submit(order("5550199"), pages(2), None));
        poll_fn(|context| {
            left -= 1;
            if left < 0 {
                return Poll::Ready(());
            }
            submission.as_mut().poll(context).map(drop)
        })
        .await;
    }
    // What was being written when it was dropped may still be on its way to the disk.
    tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    let cleaned = fixture.store.clean().await.unwrap();
    assert!(cleaned.unanswered > 0);
    let jobs = fixture.store.jobs(crate::store::Listing::All, None, 500).await.unwrap().count;
    assert_eq!(files(&fixture, "pages"), usize::try_from(jobs).unwrap());
    assert_eq!(fixture.store.clean().await.unwrap(), Cleaned::default());
}

#[tokio::test]
async fn files_that_are_being_written_are_not_cleaned_away() {
    let fixture = Fixture::new().await;
    let mut write = fixture.store.write().await.unwrap();
    let reserved = write.reserve(crate::store::clean::Kind::Document).await.unwrap();
    write.commit().await.unwrap();
    assert_eq!(fixture.store.clean().await.unwrap(), Cleaned::default());
    assert_eq!(DocumentId(reserved.id), DocumentId(1));
    drop(reserved);
    assert_eq!(
        fixture.store.clean().await.unwrap(),
        Cleaned { outlived: 0, unanswered: 1, unsent: 0 }
    );
}

#[tokio::test]
async fn a_clock_that_was_ahead_puts_nothing_off_for_years() {
    let fixture = Fixture::new().await;
    let id = fixture.store.submit(order("5550199"), pages(1), None).await.unwrap().job;
    execute(&fixture.store, "UPDATE jobs SET due_us = due_us + 100000000000000").await;
    let fixture = fixture.restart().await;
    fixture.store.recover().await.unwrap();
    let job = fixture.store.job(id).await.unwrap();
    assert!(job.due_us - Clock::real().now_us() <= 600_000_000, "{}", job.due_us);
}

#[tokio::test]
async fn what_the_network_says_has_a_bound() {
    let fixture = Fixture::new().await;
    let long = format!("55\r\n{}", "5".repeat(5000));
    let job = fixture.store.begin_receive(TRUNK, &long, &long).await.unwrap().job;
    assert_eq!((job.caller.len(), job.number.len(), job.id), (64, 64, JobId(1)));
    assert!(!job.caller.contains(char::is_control));
}

#[tokio::test]
async fn a_long_queue_is_counted_and_paged_in_its_indexes() {
    use sqlx::Row as _;
    let fixture = Fixture::new().await;
    let covering = |index| format!("USING COVERING INDEX {index}");
    let left = vec![covering("jobs_left (left_seq>?)")];
    let pages = vec![covering("jobs_in_queue (id>?)"), covering("jobs_left (left_seq>?)")];
    let [here, gone] = crate::store::jobs::VISIBLE.map(|rows| format!("SELECT * {rows}"));
    for (query, indexes) in [
        (here, vec!["USING INDEX jobs_in_queue (id>?)".to_owned()]),
        (gone, left.clone()),
        (crate::store::jobs::VISIBLE_ID.to_owned(), pages),
        (crate::store::jobs::VISIBLE_COUNT.to_owned(), left),
        (
            crate::store::jobs::DUE_AT_ANY_HOUR.to_owned(),
            vec!["USING INDEX jobs_due_at_any_hour (due_us<?)".to_owned()],
        ),
        (
            crate::store::clean::UNSENT.to_owned(),
            vec!["USING INDEX jobs_unsent (ended_us<?)".to_owned()],
        ),
    ] {
        let sql = format!("EXPLAIN QUERY PLAN {query}");
        let rows = sqlx::query(sqlx::AssertSqlSafe(sql))
            .bind(1_i64)
            .bind(1_i64)
            .bind(1_i64)
            .fetch_all(fixture.store.engine().reader())
            .await
            .unwrap();
        let plan: Vec<String> = rows.iter().map(|row| row.try_get("detail").unwrap()).collect();
        for wanted in indexes {
            assert!(plan.iter().any(|step| step.ends_with(&wanted)), "{wanted}: {plan:#?}");
        }
    }
}
