// What Slack's short words mean for whoever writes the app.

const WORDS = {
  operation_timeout: "No answer within 3 seconds. Acknowledge first, work afterwards; a slow part belongs into a view that loads.",
  dispatch_failed: "The app could not be reached, or answered with another status than 200.",
  http_timeout: "No answer within 3 seconds. Slack will send this event again.",
  http_error: "Another status than 200. Slack will send this event again.",
  connection_failed: "Nobody listens at the request URL. Slack will send this event again.",
  expired_trigger_id: "A trigger_id lives 3 seconds. Open a view that loads first, update it later.",
  exchanged_trigger_id: "A trigger_id works once. Use views.update or views.push with another one.",
  invalid_trigger_id: "This trigger_id was never issued, or belongs to another app.",
  hash_conflict: "The view has changed since the hash that was sent. Read it again before the update.",
  push_limit_reached: "Three views at most lie upon one another.",
  not_found: "The view is closed, or was never open.",
  view_too_large: "A view holds 250 kB at most.",
  duplicate_external_id: "Another view that is open has the same external_id.",
  invalid_arguments: "Slack refused a part of the arguments; see the places below.",
  invalid_blocks: "Block Kit refused the blocks; see the places below.",
  invalid_attachments: "Block Kit refused the attachments; see the places below.",
  invalid_command_response: "The answer to a command must be a message Slack accepts, or nothing.",
  channel_not_found: "There is no such channel, or it is private and the app is not in it.",
  not_in_channel: "The app is not in this channel, and chat:write.public does not help in private ones.",
  is_archived: "The channel is archived: nobody can write there.",
  message_not_found: "There is no message with this ts in the channel.",
  cant_update_message: "Only what the app itself posted can be updated.",
  missing_scope: "The app was not granted the scope this needs.",
  token_revoked: "The token was revoked. Forget the installation.",
  account_inactive: "The app was uninstalled. Forget the installation.",
  token_expired: "The token has expired. Exchange the refresh token.",
  invalid_auth: "No such token.",
  not_authed: "The call carried no token.",
  ratelimited: "Too many calls. Wait for Retry-After seconds, then go on.",
  expired_url: "A response_url lives 30 minutes.",
  used_url: "A response_url can be used 5 times.",
  no_text: "A message needs text, blocks or attachments.",
  users_not_found: "No user with this e-mail, or one who hides it.",
  unknown_method: "Slack has no method of this name.",
};

/** A sentence about an error's short name, or nothing. */
export function explained(error) {
  return WORDS[error] ?? "";
}
