use super::*;
use std::net::TcpListener;
use std::sync::mpsc;
use std::thread;

#[test]
fn the_end_waits_for_a_connection_that_is_being_made_and_lets_no_other_begin() {
    let server = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("postgres://somebody@{}/none?sslmode=disable", server.local_addr().unwrap());
    let closer = Closer::default();
    let connector = Arc::new(closer.gate().connector(&url));
    let connecting = thread::spawn({
        let connector = connector.clone();
        move || connector.connect().is_err()
    });
    let (begun, _) = server.accept().unwrap();
    let (ended, end) = mpsc::channel();
    let closing = thread::spawn(move || {
        drop(closer);
        ended.send(()).unwrap();
    });
    while !connector.gate.state().closed {
        thread::yield_now();
    }
    assert!(connector.connect().is_err(), "no other one begins");
    assert!(end.try_recv().is_err(), "the first is still being made");
    drop(begun);
    closing.join().unwrap();
    assert!(connecting.join().unwrap());
}
