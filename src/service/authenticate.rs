//! From a token to whom it proves to be.

use chrono::TimeDelta;

use super::Service;
use super::credential::Credential;
use crate::error::Result;
use crate::store::sessions::Presented;

/// How long the time of a token's last use may lag behind.
const USED_TO_THE: TimeDelta = TimeDelta::minutes(1);

impl Service {
    /// Whom a token acts for, read anew; none for one that is mistyped, unknown, wrong, expired, revoked or of a deactivated agent. A
    /// mistyped one costs no statement, every other one.
    ///
    /// # Errors
    /// The database's.
    pub async fn authenticate(&self, token: &str) -> Result<Option<Presented>> {
        let Some(credential) = Credential::parse(token) else { return Ok(None) };
        let Some(presented) = self.store.present(credential.id).await? else { return Ok(None) };
        let now = self.clock.now();
        let alive = !presented.dead && presented.expires_at.is_none_or(|at| now < at);
        if !credential.matches(&presented.secret_hash) || !alive {
            return Ok(None);
        }
        if presented.last_used_at.is_none_or(|at| now - at >= USED_TO_THE) {
            let (store, id) = (self.store.clone(), credential.id);
            // Beside the request: nobody waits for it, and it may fail.
            tokio::spawn(async move { store.touch_token(id, now, now - USED_TO_THE).await });
        }
        Ok(Some(presented))
    }
}
