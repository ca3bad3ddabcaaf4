//! A call of one stream of sound, for tests that are about nothing else.

use offhook_sdp::{Agreed, Exchange, LocalStream, NegotiateError, Negotiator, SessionDescription};

pub(crate) trait OneStream {
    fn offer_one(&mut self, stream: &LocalStream) -> SessionDescription;
    fn answer_one(
        &mut self,
        offer: &SessionDescription,
        stream: &LocalStream,
    ) -> Result<(SessionDescription, Agreed), NegotiateError>;
    fn apply_one(&mut self, answer: &SessionDescription) -> Result<Agreed, NegotiateError>;
}

impl OneStream for Negotiator {
    fn offer_one(&mut self, stream: &LocalStream) -> SessionDescription {
        self.create_offer(&stream.clone().into())
    }

    fn answer_one(
        &mut self,
        offer: &SessionDescription,
        stream: &LocalStream,
    ) -> Result<(SessionDescription, Agreed), NegotiateError> {
        let (answer, exchange) = self.answer(offer, &stream.clone().into())?;
        Ok((answer, sound(exchange)))
    }

    fn apply_one(&mut self, answer: &SessionDescription) -> Result<Agreed, NegotiateError> {
        self.apply_answer(answer).map(sound)
    }
}

fn sound(exchange: Exchange) -> Agreed {
    exchange.into_audio().expect("a stream of sound")
}
