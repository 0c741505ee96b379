//! Peers that keep a connection busy with frames that carry nothing of a call.

use crate::frames::{
    ENHANCE_YOUR_CALM, Frames, PING, PRIORITY, RST_STREAM, SETTINGS, WINDOW_UPDATE, frame, grpc_head, message,
};
use crate::server::{Scripted, Server};

/// More than this many in a row end a connection.
const MOST: usize = 10_000;

/// Frames of one kind, each allowed; a call with number 1 was answered before.
fn kinds() -> [Vec<u8>; 5] {
    [
        frame(PING, 0, 0, &[0; 8]),
        frame(SETTINGS, 0, 0, &[]),
        frame(PRIORITY, 0, 1, &[0, 0, 0, 0, 7]),
        frame(WINDOW_UPDATE, 0, 0, &[0, 0, 0, 1]),
        frame(RST_STREAM, 0, 1, &[0, 0, 0, 8]),
    ]
}

/// A call, sent and answered.
async fn call(connection: &mut Frames, stream: u32) {
    connection.send(&[grpc_head(stream, "GetExtractorInfo"), message(stream, &[])].concat()).await;
    connection.until(|frame| frame.stream == stream && frame.ends_stream()).await;
}

#[tokio::test]
async fn floods_of_control_frames_end_their_connection() {
    let server = Server::scripted(&Scripted::new()).await;
    for kind in kinds() {
        let mut connection = Frames::connect(server.address).await;
        call(&mut connection, 1).await;
        let (mut read, mut write) = connection.socket.into_split();
        let flood = kind.repeat(MOST + 1_000);
        // What the server says has to be read meanwhile.
        let sending = tokio::spawn(async move {
            let _ = tokio::io::AsyncWriteExt::write_all(&mut write, &flood).await;
            write
        });
        let mut said = Vec::new();
        let _ = tokio::io::AsyncReadExt::read_to_end(&mut read, &mut said).await;
        let goaway = said.windows(17).find(|frame| frame.starts_with(&[0, 0, 8, 7, 0, 0, 0, 0, 0]));
        let code = goaway.and_then(|frame| frame.last_chunk()).copied().map(u32::from_be_bytes);
        assert_eq!(code, Some(ENHANCE_YOUR_CALM), "kind {}", kind[3]);
        drop(sending.await);
    }
}

#[tokio::test]
async fn control_frames_between_calls_end_nothing() {
    let server = Server::scripted(&Scripted::new()).await;
    let [_, settings, priority, window_update, reset] = kinds();
    let mut connection = Frames::connect(server.address).await;
    call(&mut connection, 1).await;
    for stream in [3, 5, 7] {
        for kind in [&settings, &priority, &window_update, &reset] {
            connection.send(&kind.repeat(MOST / 5)).await;
        }
        call(&mut connection, stream).await;
    }
    assert_eq!(connection.is_alive().await, Ok(()));
}
