//! What was logged, in all tests together: which lines there are is decided once per process, when the first of them is written.

use std::io;
use std::sync::{LazyLock, Mutex};

static LINES: LazyLock<Mutex<Vec<u8>>> = LazyLock::new(|| {
    let subscriber = tracing_subscriber::fmt().with_ansi(false).with_writer(|| Writer);
    subscriber.init();
    Mutex::default()
});

struct Writer;

pub fn start() {
    LazyLock::force(&LINES);
}

pub fn text() -> String {
    String::from_utf8(LINES.lock().unwrap().clone()).unwrap()
}

impl io::Write for Writer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        LINES.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
