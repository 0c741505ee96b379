//! What each call carries beside its message.

use std::time::Duration;

use tonic::Request;
use tonic::metadata::{Ascii, MetadataValue};

use super::plan::LoadPlan;

/// What each call carries beside its message.
#[derive(Clone, Debug)]
pub(super) struct CallHeaders {
    deadline: Option<Duration>,
    authorization: Option<MetadataValue<Ascii>>,
}

impl CallHeaders {
    /// The headers of a plan's calls; none where its key can't stand in a header.
    pub(super) fn of(plan: &LoadPlan) -> Option<Self> {
        let key = plan.api_key.as_ref().map(|key| MetadataValue::try_from(format!("Bearer {key}")));
        let authorization = key.transpose().ok()?;
        Some(Self { deadline: plan.deadline, authorization })
    }

    /// The same for calls without a deadline.
    pub(super) fn without_deadline(self) -> Self {
        Self { deadline: None, ..self }
    }

    /// A request with these headers and this message.
    pub(super) fn before<M>(&self, message: M) -> Request<M> {
        let mut request = Request::new(message);
        if let Some(authorization) = &self.authorization {
            request.metadata_mut().insert("authorization", authorization.clone());
        }
        if let Some(deadline) = self.deadline {
            request.set_timeout(deadline);
        }
        request
    }
}
