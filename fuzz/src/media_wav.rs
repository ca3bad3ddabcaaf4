//! WAV files.

use offhook_media::wav::{Clip, Limits};

/// Some sound is read, or not, and never more than was allowed.
pub fn media_wav(data: &[u8]) {
    let limits = Limits { samples: 10_000 };
    if let Ok(clip) = Clip::read(data, limits) {
        assert!(clip.samples().len() <= limits.samples);
        let _ = (clip.duration(), clip.rate());
        let _ = clip.resampled(8000);
    }
}
