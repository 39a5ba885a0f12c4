//! The loop that accepts connections and the way it ends.
//! HTTP/1.1 only: a proxy in front may speak HTTP/2. Slow headers and slow readers are cut here, slow bodies in the handler.

use std::future::Future;
use std::io;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::http::{Request, header};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use socket2::SockRef;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower::ServiceExt as _;

use super::front::Front;
use super::impatient::Impatient;

/// Bytes of a request's line and headers; a GET carries its query there.
const MAX_HEADERS: usize = 64 * 1024;
/// How long connections are still accepted after readiness went off, so that balancers notice.
const NOTICE: Duration = Duration::from_millis(500);
/// How long what was sent may stay unacknowledged by the peer's machine.
const UNHEARD: Duration = Duration::from_secs(30);
/// How long requests in flight may take to finish.
const DRAIN_TIME: Duration = Duration::from_secs(22);

/// The place of a connection, found among the extensions of a request that asks for another protocol: whoever takes the connection over
/// holds it as long as the connection lives.
#[derive(Clone, Debug)]
pub struct ConnectionPlace {
    _place: Arc<OwnedSemaphorePermit>,
}

/// Serves until `shutdown` completes, then turns readiness off, takes no more connections, ends every stream, and finishes
/// the requests and mutations in flight, for at most 25 seconds in all.
pub async fn serve(listener: TcpListener, front: Front, router: Router, shutdown: impl Future<Output = ()>) {
    let server = Server {
        header_time: front.limits().header_time,
        write_time: front.limits().write_time,
        router,
        places: Arc::new(Semaphore::new(front.limits().connections)),
        connections: TaskTracker::new(),
        closing: CancellationToken::new(),
    };
    let leave = async {
        shutdown.await;
        front.leave();
        sleep(NOTICE).await;
    };
    tokio::select! {
        () = leave => {}
        () = server.accept(&listener) => {}
    }
    drop(listener);
    server.closing.cancel();
    server.connections.close();
    front.streams_end().cancel();
    front.sockets().close();
    front.writes().close();
    let drained = async {
        server.connections.wait().await;
        front.sockets().wait().await;
        front.writes().wait().await;
    };
    if timeout(DRAIN_TIME, drained).await.is_err() {
        tracing::warn!(
            connections = server.connections.len(),
            sockets = front.sockets().len(),
            mutations = front.writes().len(),
            "shutting down with work under way"
        );
    }
}

struct Server {
    header_time: Duration,
    write_time: Duration,
    router: Router,
    places: Arc<Semaphore>,
    connections: TaskTracker,
    closing: CancellationToken,
}

impl Server {
    async fn accept(&self, listener: &TcpListener) {
        loop {
            let Ok(place) = Arc::clone(&self.places).acquire_owned().await else {
                return;
            };
            match listener.accept().await {
                Ok((stream, _)) => self.spawn(stream, place),
                Err(error) => wait_out(&error).await,
            }
        }
    }

    fn spawn(&self, stream: TcpStream, place: OwnedSemaphorePermit) {
        let place = ConnectionPlace { _place: Arc::new(place) };
        let handed = place.clone();
        let service = self.router.clone().map_request(move |mut request: Request<Incoming>| {
            if request.headers().contains_key(header::UPGRADE) {
                request.extensions_mut().insert(handed.clone());
            }
            request
        });
        let service = TowerToHyperService::new(service);
        let closing = self.closing.clone();
        let (header_time, write_time) = (self.header_time, self.write_time);
        self.connections.spawn(async move {
            let _place = place;
            // Answers are small and written at once; waiting to fill a packet only delays them.
            let _ = stream.set_nodelay(true);
            // A peer that is gone without a word answers nothing; what is sent to it now and then fills no buffer.
            let _ = SockRef::from(&stream).set_tcp_user_timeout(Some(UNHEARD));
            let mut builder = http1::Builder::new();
            builder.timer(TokioTimer::new()).header_read_timeout(header_time);
            builder.max_header_size(MAX_HEADERS).max_buf_size(MAX_HEADERS);
            let stream = TokioIo::new(Impatient::new(stream, write_time));
            let connection = builder.serve_connection(stream, service).with_upgrades();
            let mut connection = pin!(connection);
            let ended = tokio::select! {
                ended = connection.as_mut() => ended,
                () = closing.cancelled() => {
                    connection.as_mut().graceful_shutdown();
                    connection.await
                }
            };
            if let Err(error) = ended {
                tracing::debug!(%error, "a connection ended early");
            }
        });
    }
}

/// A client that left while waiting is nothing; without file descriptors, trying again at once would only spin.
async fn wait_out(error: &io::Error) {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    if !matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset) {
        tracing::error!(%error, "can't accept a connection");
        sleep(Duration::from_millis(100)).await;
    }
}
