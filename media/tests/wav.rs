//! WAV files as they come: of every width, cut, lying; and recordings as they are left.

use offhook_media::wav::{Channels, Clip, Limits, Recorder};
use offhook_media::{Error, score};
use proptest::prelude::*;
use std::io::{self, Cursor, Seek, SeekFrom, Write};
use std::sync::mpsc::{Sender, channel};
use std::time::Duration;

/// A WAV file of one `fmt ` and one `data` chunk, with whatever its header should claim.
fn wav(format: u16, channels: u16, rate: u32, bits: u16, claimed: u32, data: &[u8]) -> Vec<u8> {
    let align = channels * bits.div_ceil(8);
    let mut file = b"RIFF".to_vec();
    file.extend((36 + claimed).to_le_bytes());
    file.extend(b"WAVEfmt ");
    file.extend(16u32.to_le_bytes());
    file.extend(format.to_le_bytes());
    file.extend(channels.to_le_bytes());
    file.extend(rate.to_le_bytes());
    file.extend((rate * u32::from(align)).to_le_bytes());
    file.extend(align.to_le_bytes());
    file.extend(bits.to_le_bytes());
    file.extend(b"data");
    file.extend(claimed.to_le_bytes());
    file.extend(data);
    file
}

fn read(file: &[u8]) -> Result<Clip, Error> {
    Clip::read(file, Limits::default())
}

#[test]
fn every_width_reads_as_the_same_sixteen_bits() {
    let wanted = [0i16, 16_384, -32_768, 256];
    let widths: [(u16, u16, Vec<u8>); 5] = [
        (1, 8, wanted.iter().map(|s| ((s >> 8) + 128) as u8).collect()),
        (1, 16, wanted.iter().flat_map(|s| s.to_le_bytes()).collect()),
        (1, 24, wanted.iter().flat_map(|&s| (i32::from(s) << 8).to_le_bytes()[..3].to_vec()).collect()),
        (1, 32, wanted.iter().flat_map(|&s| (i32::from(s) << 16).to_le_bytes()).collect()),
        (3, 32, wanted.iter().flat_map(|&s| (f32::from(s) / 32768.0).to_le_bytes()).collect()),
    ];
    for (format, bits, data) in widths {
        let clip = read(&wav(format, 1, 44_100, bits, data.len() as u32, &data)).expect("a good file");
        assert_eq!((clip.samples(), clip.rate()), (&wanted[..], 44_100), "{bits} bits");
    }
}

#[test]
fn floats_beyond_full_scale_are_cut_and_not_a_number_is_silence() {
    let data: Vec<u8> = [2.0f32, -2.0, f32::NAN, f32::INFINITY].iter().flat_map(|s| s.to_le_bytes()).collect();
    assert_eq!(read(&wav(3, 1, 8000, 32, 16, &data)).expect("a good file").samples(), [32767, -32768, 0, 32767]);
}

#[test]
fn channels_are_mixed_into_one() {
    let data: Vec<u8> = [100i16, 300, 32_767, 32_767, -5, 5].iter().flat_map(|s| s.to_le_bytes()).collect();
    assert_eq!(read(&wav(1, 2, 8000, 16, 12, &data)).expect("stereo").samples(), [200, 32_767, 0]);
    assert_eq!(read(&wav(1, 3, 8000, 16, 12, &data)).expect("three").samples(), [11_055, 10_922]);
}

#[test]
fn data_that_ends_before_the_header_says_is_read_to_its_end() {
    let data: Vec<u8> = (0..1000i16).flat_map(|s| s.to_le_bytes()).collect();
    let clip = read(&wav(1, 1, 8000, 16, 2_000_000_000, &data)).expect("what is there");
    assert_eq!((clip.samples().len(), clip.duration()), (1000, Duration::from_millis(125)));
    let odd = read(&wav(1, 2, 8000, 16, 4000, &data[..7])).expect("what is there");
    assert_eq!(odd.samples().len(), 1);
}

#[test]
fn a_header_that_cannot_be_true_is_a_clear_error() {
    let data = [0; 8];
    assert!(matches!(read(b""), Err(Error::WavHeader { .. })));
    assert!(matches!(read(b"RIFF\x10\0\0\0WAVE"), Err(Error::WavHeader { .. })));
    assert!(matches!(read(b"OggS............"), Err(Error::WavHeader { .. })));
    assert!(matches!(read(&wav(1, 0, 8000, 16, 8, &data)), Err(Error::WavHeader { .. })));
    assert!(read(&wav(1, 1, 8000, 0, 8, &data)).is_err());
    assert!(read(&wav(7, 1, 8000, 8, 8, &data)).is_err()); // μ-law
    assert_eq!(read(&wav(1, 1, 0, 16, 8, &data)), Err(Error::Rate { rate: 0 }));
    assert_eq!(read(&wav(1, 1, 400_000, 16, 8, &data)), Err(Error::Rate { rate: 400_000 }));
    assert!(matches!(Clip::from_path("/does/not/exist"), Err(Error::Io { kind: io::ErrorKind::NotFound, .. })));
}

#[test]
fn a_file_over_the_limit_is_refused_and_one_at_the_limit_is_read() {
    let file = wav(1, 1, 8000, 16, 200, &[0; 200]);
    assert!(Clip::read(&file[..], Limits { samples: 100 }).is_ok());
    assert_eq!(Clip::read(&file[..], Limits { samples: 99 }), Err(Error::TooLong { limit: 99 }));
}

#[test]
fn a_clip_at_another_rate_has_the_same_pitch_and_length() {
    let tone: Vec<i16> = (0..44_100).map(|i| (9000.0 * (f64::from(i) * 0.142_475_857).sin()) as i16).collect(); // 1000 Hz
    let clip = Clip::new(tone, 44_100).and_then(|c| c.resampled(8000)).expect("rates in range");
    assert_eq!(clip.duration(), Duration::from_secs(1));
    assert!((score::dominant_frequency(clip.samples(), 8000) - 1000.0).abs() < 0.5);
}

#[test]
fn two_sides_are_recorded_beside_each_other_and_the_shorter_is_filled() {
    let mut file = Vec::new();
    let mut recorder = Recorder::new(Cursor::new(&mut file), 8000, Channels::Stereo).expect("memory");
    recorder.write_sides(&[1, 2, 3], &[10]).expect("memory");
    recorder.write(&[4, 40, 5]).expect("memory");
    assert_eq!(recorder.finish(), Ok(Duration::from_micros(500)));
    let samples: Vec<i16> = file[44..].chunks(2).map(|b| i16::from_le_bytes([b[0], b[1]])).collect();
    assert_eq!((samples, file[22]), (vec![1, 10, 2, 0, 3, 0, 4, 40], 2));
}

/// A file on a disk of limited size: tells each write and its place, so that the content outlives the recorder.
struct Disk {
    writes: Sender<(usize, Vec<u8>)>,
    at: usize,
    size: usize,
}

impl Write for Disk {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.at + bytes.len() > self.size {
            return Err(io::ErrorKind::StorageFull.into());
        }
        self.writes.send((self.at, bytes.to_vec())).map_err(|_| io::ErrorKind::BrokenPipe)?;
        self.at += bytes.len();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Seek for Disk {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.at = match to {
            SeekFrom::Start(at) => at as usize,
            SeekFrom::Current(by) => self.at.saturating_add_signed(by as isize),
            SeekFrom::End(_) => return Err(io::ErrorKind::Unsupported.into()),
        };
        Ok(self.at as u64)
    }
}

/// A disk, and its content up to now, each time it is asked.
fn disk(size: usize) -> (Disk, impl FnMut() -> Vec<u8>) {
    let (writes, written) = channel::<(usize, Vec<u8>)>();
    let mut file = Vec::<u8>::new();
    let content = move || {
        for (at, bytes) in written.try_iter() {
            let end = at + bytes.len();
            file.resize(file.len().max(end), 0);
            file[at..end].copy_from_slice(&bytes);
        }
        file.clone()
    };
    (Disk { writes, at: 0, size }, content)
}

#[test]
fn a_crash_leaves_a_file_that_plays_to_its_last_second() {
    let (writer, mut content) = disk(usize::MAX);
    let mut recorder = Recorder::new(writer, 8000, Channels::Mono).expect("room");
    for _ in 0..125 {
        recorder.write(&[7; 160]).expect("room"); // 2.5 s
    }
    let clip = read(&content()).expect("a valid file while recording");
    assert!(clip.duration() >= Duration::from_secs(2), "{:?}", clip.duration());
    std::mem::forget(recorder); // the crash: nothing is flushed, nothing finished
    assert_eq!(read(&content()), Ok(clip));
}

#[test]
fn a_full_disk_is_told_once_and_then_counted() {
    let (writer, mut content) = disk(40_000); // 2.5 s
    let mut recorder = Recorder::new(writer, 8000, Channels::Mono).expect("room");
    let errors: Vec<Error> = (0..500).filter_map(|_| recorder.write(&[7; 160]).err()).collect();
    assert!(matches!(errors[..], [Error::Io { kind: io::ErrorKind::StorageFull, .. }]), "{errors:?}");
    assert!(!recorder.is_recording());
    let total = recorder.duration() + Duration::from_micros(recorder.lost() * 125);
    assert_eq!(total, Duration::from_secs(10));
    assert!(recorder.finish().is_ok());
    assert!(read(&content()).expect("what was written stands").duration() >= Duration::from_secs(2));
}

proptest! {
    #[test]
    fn any_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let _ = read(&bytes);
        let mut file = b"RIFF\xff\xff\0\0WAVE".to_vec();
        file.extend(&bytes);
        let _ = read(&file);
    }

    #[test]
    fn any_header_never_panics(
        format in prop_oneof![Just(1u16), Just(3), Just(0xFFFE), any::<u16>()], channels in 0u16..9, rate in 0u32..200_000,
        bits in prop_oneof![Just(8u16), Just(16), Just(24), Just(32), 0u16..70], claimed in 0u32..4096,
        data in prop::collection::vec(any::<u8>(), 0..300), cut in 0usize..400,
    ) {
        let mut file = wav(format, channels, rate, bits, claimed, &data);
        file.truncate(cut);
        if let Ok(clip) = read(&file) {
            prop_assert!(clip.samples().len() <= data.len());
        }
    }

    #[test]
    fn what_is_recorded_is_what_is_read(samples in prop::collection::vec(any::<i16>(), 0..500), rate in 4000u32..=192_000) {
        let mut file = Vec::new();
        let mut recorder = Recorder::new(Cursor::new(&mut file), rate, Channels::Mono).expect("memory");
        for piece in samples.chunks(33) {
            recorder.write(piece).expect("memory");
        }
        recorder.finish().expect("memory");
        prop_assert_eq!(read(&file), Clip::new(samples, rate));
    }
}
