//! Lines, properties, tokens, events, the schema, the folder.

use super::{Fixture, TRUNK, line, order, pages};
use crate::clock::Clock;
use crate::delivery::Method;
use crate::store::{
    EventKind, JobId, PortDefaults, PortId, PortPatch, RoutePatch, Source, Store, StoreError,
    TimeOfDay,
};

#[tokio::test]
async fn a_device_id_belongs_to_a_name_for_ever() {
    let fixture = Fixture::new().await;
    let names = async |store: &Store| {
        let ports = store.ports().await.unwrap();
        ports.into_iter().map(|p| (p.id.0, p.name, p.priority)).collect::<Vec<_>>()
    };
    let owned = |id, name: &str, priority| (id, name.to_owned(), priority);
    assert_eq!(names(&fixture.store).await, [owned(1, "trunk", 1), owned(2, "spare", 2)]);
    let Fixture { store, folder } = fixture;
    store.close().await;
    drop(store);
    let store = Store::open(folder.path(), Clock::real()).await.unwrap();
    store.set_lines(vec![line("new"), line("spare")]).await.unwrap();
    assert_eq!(names(&store).await, [owned(2, "spare", 1), owned(3, "new", 2)]);
    assert!(matches!(store.port(TRUNK).await, Err(StoreError::NoPort(TRUNK))));
}

#[tokio::test]
async fn what_a_client_sets_wins_over_the_file() {
    let fixture = Fixture::new().await;
    let port = fixture.store.port(TRUNK).await.unwrap();
    assert_eq!((port.tsid.value.as_str(), port.tsid.source), ("+1 555 0100", Source::File));
    let patch = PortPatch {
        tsid: Some("Gr\u{fc}n 1234567890123456789".to_owned()),
        send: Some(false),
        priority: Some(2),
        ..PortPatch::default()
    };
    fixture.store.set_port(TRUNK, patch).await.unwrap();
    let fixture = fixture.restart().await;
    let port = fixture.store.port(TRUNK).await.unwrap();
    assert_eq!(port.tsid.value, "Grn 1234567890123456");
    assert_eq!((port.tsid.source, port.csid.source), (Source::Database, Source::File));
    assert_eq!((port.send.value, port.receive.value, port.priority), (false, true, 2));
    assert_eq!(fixture.store.port(PortId(2)).await.unwrap().priority, 1);
    for patch in [
        PortPatch { rings: Some(100), ..PortPatch::default() },
        PortPatch { priority: Some(3), ..PortPatch::default() },
        PortPatch { priority: Some(0), ..PortPatch::default() },
    ] {
        let refused = fixture.store.set_port(TRUNK, patch).await;
        assert!(matches!(refused, Err(StoreError::Invalid { .. })), "{refused:?}");
    }
}

#[tokio::test]
async fn the_properties_of_the_server_have_defaults_and_stay() {
    let fixture = Fixture::new().await;
    let mut server = fixture.store.server().await.unwrap();
    assert_eq!((server.retries, server.retry_delay_min, server.dirty_days), (3, 10, Some(7)));
    assert!(server.branding && server.use_device_tsid);
    assert!(!server.server_coverpage && !server.archive_outbound && !server.pause_server_queue);
    server.retries = 0;
    server.dirty_days = None;
    server.archive_directory = "/srv/faxes".to_owned();
    server.discount_start = TimeOfDay::new(23, 5).unwrap();
    fixture.store.set_server(server.clone()).await.unwrap();
    let fixture = fixture.restart().await;
    assert_eq!(fixture.store.server().await.unwrap(), server);
    server.retries = 100;
    let refused = fixture.store.set_server(server).await.unwrap_err();
    assert_eq!(refused.to_string(), "retries is 0 to 99");
    assert_eq!((TimeOfDay::new(24, 0), TimeOfDay::new(0, 60)), (None, None));
}

#[tokio::test]
async fn a_token_names_its_user() {
    let fixture = Fixture::new().await;
    let path = fixture.store.write_client_file("http://127.0.0.1:4500", "anna").await.unwrap();
    let read = || {
        let table: toml::Table = std::fs::read_to_string(&path).unwrap().parse().unwrap();
        (table["server"].as_str().unwrap().to_owned(), table["token"].as_str().unwrap().to_owned())
    };
    let (server, token) = read();
    assert_eq!(server, "http://127.0.0.1:4500");
    assert_eq!(fixture.store.user_of(&token).await.unwrap().unwrap().name, "anna");
    assert_eq!(fixture.store.user_of(&token[1..]).await.unwrap(), None);
    assert_eq!(fixture.store.user_of("").await.unwrap(), None);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }
    // The next start keeps the token; the database knows only its digest.
    let fixture = fixture.restart().await;
    fixture.store.write_client_file("http://127.0.0.1:4501", "anna").await.unwrap();
    assert_eq!(read(), ("http://127.0.0.1:4501".to_owned(), token.clone()));
    let stored = std::fs::read(fixture.folder.path().join("ferrofax.db")).unwrap();
    assert!(!stored.windows(token.len()).any(|w| w == token.as_bytes()));
}

#[tokio::test]
async fn events_have_ids_that_rise_and_wake_who_waits() {
    let fixture = Fixture::new().await;
    let mut news = fixture.store.watch_events();
    fixture.store.submit(order("5550199"), pages(1), None).await.unwrap();
    assert!(news.has_changed().unwrap());
    assert_eq!(*news.borrow_and_update(), 1);
    let fixture = fixture.restart().await;
    assert_eq!(*fixture.store.watch_events().borrow(), 1);
    fixture.store.begin_attempt(JobId(1), TRUNK).await.unwrap();
    let events = fixture.store.events_after(0, 10).await.unwrap();
    let kinds: Vec<_> = events.iter().map(|e| (e.id, e.kind, e.job)).collect();
    let job = Some(JobId(1));
    assert_eq!(kinds, [(1, EventKind::JobAdded, job), (2, EventKind::JobChanged, job)]);
    assert_eq!(fixture.store.events_after(1, 10).await.unwrap().len(), 1);
}

#[tokio::test]
async fn one_server_works_on_a_folder() {
    let fixture = Fixture::new().await;
    let second = Store::open(fixture.folder.path(), Clock::real()).await;
    assert!(matches!(second, Err(StoreError::InUse(_))));
}

/// All migrations together make the committed schema. To accept a change, run with
/// `FERROFAX_BLESS=1`.
#[tokio::test]
async fn the_migrations_make_the_committed_schema() {
    let fixture = Fixture::new().await;
    let sql = "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL \
         AND tbl_name NOT LIKE '\\_sqlx%' ESCAPE '\\' ORDER BY tbl_name, type DESC, name";
    let rows: Vec<String> =
        sqlx::query_scalar(sql).fetch_all(fixture.store.engine().reader()).await.unwrap();
    let schema = rows.iter().map(|sql| format!("{sql};\n")).collect::<Vec<_>>().join("\n");
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/schema.sql");
    if std::env::var_os("FERROFAX_BLESS").is_some() {
        std::fs::write(path, &schema).unwrap();
    }
    assert_eq!(std::fs::read_to_string(path).unwrap(), schema);
}

#[tokio::test]
async fn no_call_begins_once_a_client_was_told_so_and_what_it_shows_is_settled_then() {
    let fixture = Fixture::new().await;
    let store = &fixture.store;
    let id = store.submit(order("1"), pages(1), None).await.unwrap().job;
    let mut server = store.server().await.unwrap();
    server.pause_server_queue = true;
    store.set_server(server.clone()).await.unwrap();
    assert!(store.begin_attempt(id, TRUNK).await.unwrap().is_none(), "the queue is paused");
    server.pause_server_queue = false;
    store.set_server(server.clone()).await.unwrap();
    let send = |send| PortPatch { send: Some(send), ..PortPatch::default() };
    store.set_port(TRUNK, send(false)).await.unwrap();
    assert!(store.begin_attempt(id, TRUNK).await.unwrap().is_none(), "the line sends nothing");
    store.set_port(TRUNK, send(true)).await.unwrap();
    let begun = store.begin_attempt(id, TRUNK).await.unwrap().unwrap();
    assert_eq!((begun.attempt, begun.job.ident.as_str()), (1, "+1 555 0100"));
    let tsid = PortPatch { tsid: Some("other".to_owned()), ..PortPatch::default() };
    store.set_port(TRUNK, tsid).await.unwrap();
    assert_eq!(store.job(id).await.unwrap().ident, "+1 555 0100");
}

#[tokio::test]
async fn a_folder_of_the_configuration_stays_its_own_when_a_client_only_switches_it() {
    let folder = tempfile::TempDir::new().unwrap();
    let open = async |store_in: &str| {
        let store = Store::open(folder.path(), Clock::real()).await.unwrap();
        let trunk = PortDefaults { store_in: Some(store_in.into()), ..line("trunk") };
        store.set_lines(vec![trunk]).await.unwrap();
        store
    };
    let store = open("/srv/old").await;
    for enable in [false, true] {
        let patch = RoutePatch { enable: Some(enable), target: None };
        let route = store.set_route(TRUNK, Method::Folder, patch).await.unwrap();
        assert_eq!((route.enable, route.target.as_str()), (enable, "/srv/old"));
    }
    drop(store);
    let store = open("/srv/new").await;
    assert_eq!(store.stores_in(Some(TRUNK)).await.unwrap(), Some("/srv/new".into()));
}
