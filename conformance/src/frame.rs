//! The runner's framing: a length of four bytes, little endian, before each message.

use std::io::{self, Read, Write};

/// The next message, or `None` if the input has ended.
pub(crate) fn read(input: &mut impl Read) -> io::Result<Option<Vec<u8>>> {
    let mut length = [0; 4];
    if input.read(&mut length[..1])? == 0 {
        return Ok(None);
    }
    input.read_exact(&mut length[1..])?;
    let length = u32::from_le_bytes(length);
    let mut message = Vec::new();
    input
        .take(u64::from(length))
        .read_to_end(&mut message)
        .and_then(|read| match u32::try_from(read) {
            Ok(read) if read == length => Ok(Some(message)),
            _ => Err(io::ErrorKind::UnexpectedEof.into()),
        })
}

/// Writes a message and hands it over at once.
pub(crate) fn write(output: &mut impl Write, message: &[u8]) -> io::Result<()> {
    let length = u32::try_from(message.len()).map_err(|_| io::ErrorKind::FileTooLarge)?;
    output.write_all(&length.to_le_bytes())?;
    output.write_all(message)?;
    output.flush()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_until_the_end() {
        let mut stream = Vec::new();
        write(&mut stream, b"one").unwrap();
        write(&mut stream, b"").unwrap();
        assert_eq!(stream, b"\x03\0\0\0one\0\0\0\0");
        let mut input = stream.as_slice();
        assert_eq!(read(&mut input).unwrap().unwrap(), b"one");
        assert_eq!(read(&mut input).unwrap().unwrap(), b"");
        assert_eq!(read(&mut input).unwrap(), None);
    }

    #[test]
    fn a_message_that_is_cut_off_is_an_error() {
        assert!(read(&mut b"\x05\0\0\0four".as_slice()).is_err());
        assert!(read(&mut b"\x05\0".as_slice()).is_err());
    }
}
