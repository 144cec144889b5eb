// The emoji an app is likely to name; any other name stays readable as :name:.

const NAMES = {
  "+1": "👍", "-1": "👎", thumbsup: "👍", thumbsdown: "👎", ok_hand: "👌", clap: "👏", wave: "👋",
  raised_hands: "🙌", pray: "🙏", muscle: "💪", handshake: "🤝", point_right: "👉", point_left: "👈",
  point_up: "☝️", point_down: "👇", eyes: "👀", speaking_head_in_silhouette: "🗣️", bust_in_silhouette: "👤",
  busts_in_silhouette: "👥", technologist: "🧑‍💻", smile: "😄", smiley: "😃", grinning: "😀", slightly_smiling_face: "🙂",
  blush: "😊", joy: "😂", heart_eyes: "😍", thinking_face: "🤔", neutral_face: "😐", cry: "😢", sob: "😭",
  worried: "😟", confused: "😕", scream: "😱", partying_face: "🥳", sunglasses: "😎", zzz: "💤",
  heart: "❤️", sparkling_heart: "💖", broken_heart: "💔", star: "⭐", star2: "🌟", sparkles: "✨", fire: "🔥",
  boom: "💥", zap: "⚡", tada: "🎉", confetti_ball: "🎊", balloon: "🎈", gift: "🎁", trophy: "🏆",
  medal: "🏅", first_place_medal: "🥇", second_place_medal: "🥈", third_place_medal: "🥉", crown: "👑", gem: "💎",
  dart: "🎯", rocket: "🚀", airplane: "✈️", car: "🚗", house: "🏠", house_with_garden: "🏡", office: "🏢",
  factory: "🏭", bank: "🏦", earth_africa: "🌍", earth_americas: "🌎", globe_with_meridians: "🌐", world_map: "🗺️",
  white_check_mark: "✅", heavy_check_mark: "✔️", ballot_box_with_check: "☑️", x: "❌", negative_squared_cross_mark: "❎",
  warning: "⚠️", no_entry: "⛔", no_entry_sign: "🚫", octagonal_sign: "🛑", exclamation: "❗",
  heavy_exclamation_mark: "❗", grey_exclamation: "❕", bangbang: "‼️", question: "❓", grey_question: "❔",
  information_source: "ℹ️", sos: "🆘", new: "🆕", soon: "🔜", end: "🔚", arrow_up: "⬆️", arrow_down: "⬇️",
  arrow_left: "⬅️", arrow_right: "➡️", arrow_upper_right: "↗️", arrow_lower_right: "↘️", arrow_forward: "▶️",
  arrows_counterclockwise: "🔄", repeat: "🔁", leftwards_arrow_with_hook: "↩️", heavy_plus_sign: "➕",
  heavy_minus_sign: "➖", small_red_triangle: "🔺", small_red_triangle_down: "🔻", red_circle: "🔴",
  large_orange_circle: "🟠", large_yellow_circle: "🟡", large_green_circle: "🟢", large_blue_circle: "🔵",
  large_purple_circle: "🟣", white_circle: "⚪", black_circle: "⚫", large_green_square: "🟩",
  large_yellow_square: "🟨", large_red_square: "🟥", large_blue_square: "🟦", white_large_square: "⬜",
  black_large_square: "⬛", bell: "🔔", no_bell: "🔕", mega: "📣", loudspeaker: "📢", rotating_light: "🚨",
  hourglass: "⌛", hourglass_flowing_sand: "⏳", alarm_clock: "⏰", stopwatch: "⏱️", timer_clock: "⏲️", clock4: "🕓",
  watch: "⌚", calendar: "📆", date: "📅", spiral_calendar_pad: "🗓️", memo: "📝", pencil: "📝", pencil2: "✏️",
  clipboard: "📋", page_facing_up: "📄", bookmark_tabs: "📑", bookmark: "🔖", label: "🏷️", books: "📚", book: "📖",
  open_book: "📖", notebook: "📓", ledger: "📒", newspaper: "📰", scroll: "📜", paperclip: "📎", pushpin: "📌",
  round_pushpin: "📍", triangular_flag_on_post: "🚩", checkered_flag: "🏁", bar_chart: "📊",
  chart_with_upwards_trend: "📈", chart_with_downwards_trend: "📉", moneybag: "💰", euro: "💶", dollar: "💵",
  pound: "💷", yen: "💴", money_with_wings: "💸", credit_card: "💳", receipt: "🧾", briefcase: "💼", package: "📦",
  mailbox: "📫", mailbox_with_mail: "📬", email: "✉️", envelope: "✉️", incoming_envelope: "📨", inbox_tray: "📥",
  outbox_tray: "📤", telephone_receiver: "📞", phone: "☎️", iphone: "📱", computer: "💻", speech_balloon: "💬",
  left_speech_bubble: "🗨️", thought_balloon: "💭", mag: "🔍", mag_right: "🔎", link: "🔗", lock: "🔒", unlock: "🔓",
  key: "🔑", gear: "⚙️", wrench: "🔧", hammer: "🔨", hammer_and_wrench: "🛠️", toolbox: "🧰", wastebasket: "🗑️",
  file_folder: "📁", open_file_folder: "📂", card_index: "📇", card_index_dividers: "🗂️", construction: "🚧",
  robot_face: "🤖", bulb: "💡", battery: "🔋", electric_plug: "🔌", magnet: "🧲", seedling: "🌱",
  four_leaf_clover: "🍀", palm_tree: "🌴", sunny: "☀️", cloud: "☁️", umbrella: "☔", snowflake: "❄️", rainbow: "🌈",
  coffee: "☕", beer: "🍺", pizza: "🍕", cake: "🍰", birthday: "🎂", champagne: "🍾", face_with_thermometer: "🤒",
  beach_with_umbrella: "🏖️", adhesive_bandage: "🩹", stethoscope: "🩺", shield: "🛡️", scales: "⚖️", jigsaw: "🧩",
  one: "1️⃣", two: "2️⃣", three: "3️⃣", four: "4️⃣", five: "5️⃣", "100": "💯",
};

/** The character of a name, or the name as Slack shows one it does not know. */
export function emoji(name) {
  return NAMES[name.split("::")[0]] ?? `:${name}:`;
}
