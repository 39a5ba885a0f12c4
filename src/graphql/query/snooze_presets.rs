//! The menu of snoozes.

use async_graphql::{Context, Object, Result};
use chrono_tz::Tz;

use crate::domain::snooze_time::Preset;
use crate::graphql::reader::Reader;
use crate::graphql::types::snooze::SnoozePresetTime;

/// The menu of snoozes.
#[derive(Default)]
pub struct SnoozePresetsQuery;

#[Object]
impl SnoozePresetsQuery {
    /// The presets as instants in the viewer's time zone, for a menu; in UTC for integrations. Snoozing by a preset resolves it anew.
    async fn snooze_presets(&self, ctx: &Context<'_>) -> Result<Vec<SnoozePresetTime>> {
        let reader = Reader::of(ctx)?;
        let now = reader.service.clock.now();
        let zone = reader.viewer().time_zone.parse().unwrap_or(Tz::UTC);
        let times = Preset::ALL.into_iter().filter_map(|preset| Some((preset, preset.resolve(now, zone)?)));
        Ok(times.map(|(preset, until)| SnoozePresetTime { preset: preset.into(), until: until.into() }).collect())
    }
}
