//! A relay before a database that changes the client's queries: what an older server, or one with other settings, would make of them.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;

const COM_QUERY: u8 = 3;

/// Its port. It ends with the test.
pub(super) fn start(to: u16, change: fn(&str) -> String) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        for client in listener.incoming() {
            let (client, server) = (client.unwrap(), TcpStream::connect(("127.0.0.1", to)).unwrap());
            let (mut answers, mut back) = (server.try_clone().unwrap(), client.try_clone().unwrap());
            thread::spawn(move || {
                let _ = std::io::copy(&mut answers, &mut back);
                let _ = back.shutdown(std::net::Shutdown::Both);
            });
            thread::spawn(move || pass_queries(client, server, change));
        }
    });
    port
}

fn pass_queries(mut client: TcpStream, mut server: TcpStream, change: fn(&str) -> String) {
    let mut head = [0; 4];
    while client.read_exact(&mut head).is_ok() {
        let length = u32::from_le_bytes([head[0], head[1], head[2], 0]);
        let mut packet = vec![0; length as usize];
        client.read_exact(&mut packet).unwrap();
        if packet.first() == Some(&COM_QUERY) && head[3] == 0 {
            let query = change(std::str::from_utf8(&packet[1..]).unwrap());
            packet.truncate(1);
            packet.extend(query.bytes());
            head[..3].copy_from_slice(&u32::try_from(packet.len()).unwrap().to_le_bytes()[..3]);
        }
        if server.write_all(&[&head[..], &packet].concat()).is_err() {
            return;
        }
    }
    let _ = server.shutdown(std::net::Shutdown::Both);
}
