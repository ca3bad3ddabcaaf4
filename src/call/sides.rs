//! Listening in on a call.

/// Hears both sides of a call, aligned in time: called once for each tick of the playout clock with equally many samples
/// of either side, at the codec's rate.
pub trait Tap: Send {
    /// `heard` is what they say, `sent` what we do. An error ends the tap and is told as
    /// [`MediaEvent::TapFailed`](super::MediaEvent::TapFailed).
    fn hear(&mut self, heard: &[i16], sent: &[i16]) -> Result<(), offhook_media::Error>;

    /// The call is over, or the tap is taken off.
    fn finish(self: Box<Self>) -> Result<(), offhook_media::Error> {
        Ok(())
    }
}

/// What they say as a WAV file of one channel; both sides as one of two.
impl<W: std::io::Write + std::io::Seek + Send> Tap for offhook_media::wav::Recorder<W> {
    fn hear(&mut self, heard: &[i16], sent: &[i16]) -> Result<(), offhook_media::Error> {
        match self.channels() {
            offhook_media::wav::Channels::Mono => self.write(heard),
            offhook_media::wav::Channels::Stereo => self.write_sides(heard, sent),
        }
    }

    fn finish(self: Box<Self>) -> Result<(), offhook_media::Error> {
        offhook_media::wav::Recorder::finish(*self).map(|_| ())
    }
}
