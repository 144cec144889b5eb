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
  laughing: "😆", sweat_smile: "😅", rolling_on_the_floor_laughing: "🤣", wink: "😉", relaxed: "☺️", yum: "😋",
  kissing_heart: "😘", smirk: "😏", unamused: "😒", roll_eyes: "🙄", grimacing: "😬", relieved: "😌", pensive: "😔",
  sleepy: "😪", sleeping: "😴", mask: "😷", nauseated_face: "🤢", exploding_head: "🤯", face_with_raised_eyebrow: "🤨",
  nerd_face: "🤓", star_struck: "🤩", hugging_face: "🤗", zipper_mouth_face: "🤐", shushing_face: "🤫", salute: "🫡",
  saluting_face: "🫡", melting_face: "🫠", face_with_monocle: "🧐", disappointed: "😞", angry: "😠", rage: "😡",
  triumph: "😤", weary: "😩", tired_face: "😫", flushed: "😳", dizzy_face: "😵", innocent: "😇", upside_down_face: "🙃",
  smiling_face_with_3_hearts: "🥰", pleading_face: "🥺", smiling_face_with_tear: "🥲", shrug: "🤷", facepalm: "🤦",
  raising_hand: "🙋", ok_woman: "🙆", no_good: "🙅", bow: "🙇", wave_hello: "👋", v: "✌️", crossed_fingers: "🤞",
  the_horns: "🤘", call_me_hand: "🤙", fist: "✊", facepunch: "👊", raised_hand: "✋", hand: "✋", writing_hand: "✍️",
  palms_up_together: "🤲", heart_hands: "🫶", open_hands: "👐", skull: "💀", ghost: "👻", alien: "👽", clown_face: "🤡",
  see_no_evil: "🙈", hear_no_evil: "🙉", speak_no_evil: "🙊", dog: "🐶", cat: "🐱", bear: "🐻", panda_face: "🐼",
  unicorn_face: "🦄", bee: "🐝", turtle: "🐢", octopus: "🐙", whale: "🐳", dolphin: "🐬", parrot: "🦜", sloth: "🦥",
  blue_heart: "💙", green_heart: "💚", yellow_heart: "💛", orange_heart: "🧡", purple_heart: "💜", black_heart: "🖤",
  white_heart: "🤍", two_hearts: "💕", sun_with_face: "🌞", full_moon: "🌕", crescent_moon: "🌙", rose: "🌹",
  tulip: "🌷", sunflower: "🌻", cherry_blossom: "🌸", evergreen_tree: "🌲", deciduous_tree: "🌳", cactus: "🌵",
  ocean: "🌊", droplet: "💧", apple: "🍎", tangerine: "🍊", lemon: "🍋", banana: "🍌", strawberry: "🍓", avocado: "🥑",
  bread: "🍞", cheese_wedge: "🧀", hamburger: "🍔", taco: "🌮", sushi: "🍣", doughnut: "🍩", cookie: "🍪",
  chocolate_bar: "🍫", tea: "🍵", wine_glass: "🍷", clinking_glasses: "🥂", beers: "🍻", soccer: "⚽", basketball: "🏀",
  tennis: "🎾", running: "🏃", bike: "🚲", bus: "🚌", train: "🚆", ship: "🚢", anchor: "⚓", airplane_departure: "🛫",
  airplane_arriving: "🛬", tent: "⛺", camera: "📷", video_camera: "📹", tv: "📺", headphones: "🎧", microphone: "🎤",
  musical_note: "🎵", art: "🎨", clapper: "🎬", video_game: "🎮", game_die: "🎲", scissors: "✂️", straight_ruler: "📏",
  test_tube: "🧪", microscope: "🔬", telescope: "🔭", satellite: "🛰️", flag_wave: "🚩", checkered: "🏁",
  heavy_dollar_sign: "💲", abacus: "🧮", ticket: "🎫", ring: "💍", crystal_ball: "🔮", nazar_amulet: "🧿", broom: "🧹",
  ladder: "🪜", bricks: "🧱", compass: "🧭", candle: "🕯️", flashlight: "🔦", fax: "📠", printer: "🖨️", floppy_disk: "💾",
  cd: "💿", file_cabinet: "🗄️", ballot_box_with_ballot: "🗳️", lower_left_ballpoint_pen: "🖊️", crossed_swords: "⚔️",
  dna: "🧬", pill: "💊", syringe: "💉", ambulance: "🚑", fire_engine: "🚒", police_car: "🚓", taxi: "🚕", truck: "🚚",
  tractor: "🚜", metro: "🚇", vertical_traffic_light: "🚦", parking: "🅿️", infinity: "♾️", recycle: "♻️",
  copyright: "©️", registered: "®️", tm: "™️", hash: "#️⃣", zero: "0️⃣", six: "6️⃣", seven: "7️⃣", eight: "8️⃣",
  nine: "9️⃣", keycap_ten: "🔟", ok: "🆗", cool: "🆒", free: "🆓", up: "🆙", abc: "🔤", small_blue_diamond: "🔹",
  small_orange_diamond: "🔸", large_blue_diamond: "🔷", large_orange_diamond: "🔶", black_small_square: "▪️",
  white_small_square: "▫️", clock1: "🕐", clock2: "🕑", clock3: "🕒", clock5: "🕔", clock6: "🕕", clock7: "🕖",
  clock8: "🕗", clock9: "🕘", clock10: "🕙", clock11: "🕚", clock12: "🕛", "flag-us": "🇺🇸", "flag-gb": "🇬🇧", "flag-de": "🇩🇪",
  "flag-fr": "🇫🇷", "flag-es": "🇪🇸", "flag-it": "🇮🇹", "flag-pt": "🇵🇹", "flag-nl": "🇳🇱", "flag-jp": "🇯🇵", "flag-in": "🇮🇳",
  "flag-br": "🇧🇷", "flag-eu": "🇪🇺", rainbow_flag: "🏳️‍🌈", white_flag: "🏳️", black_flag: "🏴", man: "👨", woman: "👩",
};

const TONED = /^\p{Emoji_Modifier_Base}/u;

/** The character of a name ("wave" or "wave::skin-tone-4"), or the name as Slack shows one it does not know. */
export function emoji(name) {
  const [plain, tone] = name.split("::skin-tone-");
  const sign = NAMES[plain];
  if (!sign) return `:${name}:`;
  return tone ? toned(sign, Number(tone)) : sign;
}

/** In one of Slack's five skin tones, 2 to 6, where the sign has a skin. */
function toned(sign, tone) {
  if (!TONED.test(sign) || !(tone >= 2 && tone <= 6)) return sign;
  const [first, ...rest] = sign.replace("\uFE0F", "");
  return [first, String.fromCodePoint(0x1f3fb + tone - 2), ...rest].join("");
}

/** Every name there is, for searching. */
export function emojiNames() {
  return Object.keys(NAMES);
}

/** Whether a text is nothing but up to 23 emoji, which Slack then shows large. */
export function isJumbo(text) {
  const names = [...text.matchAll(/:([a-z0-9_+'-]+(?:::skin-tone-\d)?):/g)];
  const rest = text.replace(/:([a-z0-9_+'-]+(?:::skin-tone-\d)?):/g, "").trim();
  if (rest && !/^(?:\p{Extended_Pictographic}[\p{Emoji_Modifier}\uFE0F\u200D]*\s*)+$/u.test(rest)) return false;
  const signs = [...rest.matchAll(/\p{Extended_Pictographic}/gu)];
  return names.length + signs.length > 0 && names.length + signs.length <= 23 && names.every(([, name]) => NAMES[name.split("::")[0]]);
}
