//! What tests between real sockets share.

use offhook::sip_dialog::Cause;
use offhook::transport::Counters;
use offhook::ua::Ended;
use offhook::{Call, UserAgent};
use std::future::IntoFuture;
use std::time::Duration;

/// A bound on everything that should happen at once; reached only by a failure.
pub(crate) const PATIENCE: Duration = Duration::from_secs(10);

pub(crate) async fn soon<T>(what: impl IntoFuture<Output = T>) -> T {
    tokio::time::timeout(PATIENCE, what.into_future()).await.expect("it happens soon")
}

/// A call from `a` to `b`, who is reached by `to`.
pub(crate) async fn talking(a: &UserAgent, b: &UserAgent, to: &str) -> (Call, Call) {
    let mut call = soon(a.call(to).start()).await.expect("a call");
    let incoming = soon(b.incoming()).await.expect("it rings");
    let mut theirs = soon(incoming.answer()).await.expect("answered");
    soon(call.answered()).await.expect("answered");
    soon(theirs.answered()).await.expect("acknowledged");
    (call, theirs)
}

/// Both ends know how it ended: the caller hung up.
pub(crate) async fn ends_well(call: Call, theirs: Call) {
    let (mine, other) = soon(async { tokio::join!(call.hang_up(), theirs.ended()) }).await;
    assert_eq!(mine.cause, Ended::Session(Cause::LocalHangUp));
    assert_eq!(other.cause, Ended::Session(Cause::RemoteHangUp));
}

/// Waits until the counters say so.
pub(crate) async fn counted(agent: &UserAgent, what: impl Fn(&Counters) -> bool) {
    let waiting = async {
        while !what(&agent.stream_counters()) {
            tokio::task::yield_now().await;
        }
    };
    if tokio::time::timeout(PATIENCE, waiting).await.is_err() {
        panic!("{:?}", agent.stream_counters());
    }
}
