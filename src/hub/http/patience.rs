//! How long somebody may take to read: a connection on which nothing can be written for a while ends,
//! so that who asks and does not read holds no place for ever.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Sleep, sleep};

/// A connection of somebody who has so long to take the next bytes.
pub(super) struct Patience<S> {
    stream: S,
    limit: Duration,
    /// Runs while something waits to be taken.
    waits: Option<Pin<Box<Sleep>>>,
}

impl<S> Patience<S> {
    pub(super) fn new(stream: S, limit: Duration) -> Self {
        Self { stream, limit, waits: None }
    }

    /// What a try to write came to; an error, where there was no progress for too long.
    fn within<T>(
        &mut self,
        context: &mut Context<'_>,
        tried: Poll<io::Result<T>>,
    ) -> Poll<io::Result<T>> {
        if tried.is_ready() {
            self.waits = None;
            return tried;
        }
        let limit = self.limit;
        let waits = self.waits.get_or_insert_with(|| Box::pin(sleep(limit)));
        let over = |()| Err(io::Error::new(io::ErrorKind::TimedOut, "nothing is read there"));
        waits.as_mut().poll(context).map(over)
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Patience<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, into)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Patience<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let tried = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.within(context, tried)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let tried = Pin::new(&mut self.stream).poll_flush(context);
        self.within(context, tried)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let tried = Pin::new(&mut self.stream).poll_shutdown(context);
        self.within(context, tried)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let tried = Pin::new(&mut self.stream).poll_write_vectored(context, bytes);
        self.within(context, tried)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};

    fn block_on<T>(work: impl Future<Output = T>) -> T {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build();
        runtime.unwrap().block_on(work)
    }

    #[test]
    fn who_reads_nothing_is_let_go() {
        block_on(async {
            let (hub, _reader) = duplex(16);
            let mut hub = Patience::new(hub, Duration::from_millis(20));
            let ended = hub.write_all(&[7; 100]).await.unwrap_err();
            assert_eq!(ended.kind(), io::ErrorKind::TimedOut);
        });
    }

    #[test]
    fn who_reads_a_little_at_a_time_gets_all_of_it() {
        block_on(async {
            let (hub, mut reader) = duplex(16);
            let mut hub = Patience::new(hub, Duration::from_secs(60));
            let writes = async {
                hub.write_all(&[7; 1_000]).await.unwrap();
                assert!(hub.waits.is_none(), "each bit that is taken gives new time");
            };
            let reads = async {
                let mut all = [0; 1_000];
                for some in all.chunks_mut(8) {
                    reader.read_exact(some).await.unwrap();
                    tokio::task::yield_now().await;
                }
                all
            };
            assert_eq!(tokio::join!(writes, reads).1, [7; 1_000]);
        });
    }
}
