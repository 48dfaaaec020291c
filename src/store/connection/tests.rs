use super::*;
use redis::AsyncCommands;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

/// Stands in for Redis: ends the first connection as told, and knows no value on the others.
struct Redis {
    url: String,
    /// The commands that came, but for those by which a client introduces itself.
    asked: Arc<Mutex<Vec<String>>>,
}

/// When the first connection ends.
#[derive(Clone, Copy, PartialEq)]
enum End {
    BeforeAnyCommand,
    AtTheFirstCommand,
}

impl Redis {
    async fn start(end: End) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("redis://{}/0", listener.local_addr().unwrap());
        let asked = Arc::<Mutex<Vec<String>>>::default();
        let heard = asked.clone();
        tokio::spawn(async move {
            for number in 0.. {
                let (mut stream, _) = listener.accept().await.unwrap();
                let mut bytes = [0; 4096];
                while let Ok(count @ 1..) = stream.read(&mut bytes).await {
                    let text = str::from_utf8(&bytes[..count]).unwrap();
                    let introductions = text.matches("\r\nCLIENT\r\n").count();
                    if introductions > 0 {
                        stream.write_all("+OK\r\n".repeat(introductions).as_bytes()).await.unwrap();
                        if number == 0 && end == End::BeforeAnyCommand {
                            break;
                        }
                        continue;
                    }
                    heard.lock().unwrap().push(text.lines().nth(2).unwrap().to_owned());
                    if number == 0 {
                        break;
                    }
                    stream.write_all(b"$-1\r\n").await.unwrap();
                }
            }
        });
        Self { url, asked }
    }

    fn connect(&self) -> Connection {
        Connection::new(Client::open(self.url.as_str()).unwrap())
    }

    fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

#[tokio::test]
async fn what_may_have_been_carried_out_is_sent_again_where_that_does_no_harm() {
    let redis = Redis::start(End::AtTheFirstCommand).await;
    let value: Option<String> = redis.connect().repeatable().get("key").await.unwrap();
    assert_eq!(value, None);
    assert_eq!(redis.asked(), ["GET", "GET"]);
}

#[tokio::test]
async fn what_is_good_once_is_not_sent_again_where_it_may_have_been_carried_out() {
    let redis = Redis::start(End::AtTheFirstCommand).await;
    let mut connection = redis.connect();
    let taken: RedisResult<Option<String>> = connection.get_del("key").await;
    assert!(taken.is_err());
    assert_eq!(redis.asked(), ["GETDEL"]);
    let taken: Option<String> = connection.get_del("key").await.unwrap();
    assert_eq!(taken, None, "the next one has a new connection");
}

#[tokio::test]
async fn what_was_never_sent_is_sent_on_a_new_connection() {
    let redis = Redis::start(End::BeforeAnyCommand).await;
    let mut connection = redis.connect();
    // Whether or not the end has been noticed by now, nothing is written any more.
    let link = connection.shared.link().await.unwrap();
    while !link.driver.is_finished() {
        tokio::task::yield_now().await;
    }
    let taken: Option<String> = connection.get_del("key").await.unwrap();
    assert_eq!(taken, None);
    assert_eq!(redis.asked(), ["GETDEL"]);
    let (answer, fate) = link.ask(&Request::One(&redis::cmd("GETDEL"))).await;
    assert!(answer.is_err());
    assert_eq!(fate, Fate::Unsent);
}
