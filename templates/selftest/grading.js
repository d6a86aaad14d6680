"use strict";
// Is this answer right? The twin of grading.py, answer_tokens.py and numerals.py: same names, same order, same results;
// tests/cases/grading holds the two together. Nothing here touches the page.
const Grading = (() => {
  // --- numerals: an exact value for every well-formed number, null for what is none ---
  const PLAIN = new Map([..."零〇一二三四五六七八九两兩"].map((c, i) => [c, [0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 2, 2][i]]));
  const FORMAL = new Map([..."壹贰貳叁參肆伍陆陸柒捌玖"].map((c, i) => [c, [1, 2, 2, 3, 3, 4, 5, 6, 6, 7, 8, 9][i]]));
  const DIGITS = new Map([...PLAIN, ...FORMAL]);
  const UNITS = new Map([["十", 1], ["拾", 1], ["百", 2], ["佰", 2], ["千", 3], ["仟", 3]]);
  const BIG = new Map([["万", 4], ["萬", 4], ["亿", 8], ["億", 8]]);
  const ZEROS = "零〇";
  const ASCII = "[0-9]{1,3}(?:[, ][0-9]{3})+(?![0-9])(?:\\.[0-9]+)?|[0-9]+(?:\\.[0-9]+)?";
  const HAN = [...DIGITS.keys(), ...UNITS.keys(), ...BIG.keys(), "廿", "卅"].join("");
  const POINT = `[点點](?=[${[...PLAIN.keys()].join("")}])`;
  const PIECE = new RegExp(`${ASCII}|${POINT}|[${HAN}]`, "gu");
  const RUN = new RegExp(`(?:${ASCII}|[${HAN}])(?:${ASCII}|(?<=[${HAN}])${POINT}|[${HAN}])*`, "uy");
  const LONGEST = 40;

  // a scaled number: {digits: BigInt, decimals}
  const scaled = (digits, decimals = 0) => ({ digits: BigInt(digits), decimals });
  const times = (n, power) => {
    const kept = Math.max(n.decimals - power, 0);
    return scaled(n.digits * 10n ** BigInt(power - (n.decimals - kept)), kept);
  };
  const plus = (a, b) => {
    const decimals = Math.max(a.decimals, b.decimals);
    const grown = (n) => n.digits * 10n ** BigInt(decimals - n.decimals);
    return scaled(grown(a) + grown(b), decimals);
  };
  const plainOf = (n) => {
    const text = String(n.digits).padStart(n.decimals + 1, "0");
    if (!n.decimals) return text;
    const part = text.slice(-n.decimals).replace(/0+$/, "");
    return text.slice(0, -n.decimals) + (part ? "." + part : "");
  };
  const isZero = (n) => n.digits === 0n && n.decimals === 0;
  const ascii = (text) => {
    const [whole, part = ""] = text.replace(/[, ]/g, "").split(".");
    return scaled(whole + part, part.length);
  };
  const shifted = (plain, power) => plainOf(times(ascii(plain), power));

  function value(run) {
    if ([...run].length > LONGEST) return null;
    const pieces = run.replace(/廿/g, "二十").replace(/卅/g, "三十").match(PIECE) || [];
    if (pieces.length === 1) return alone(pieces[0]);
    if (pieces.some((p) => p === "点" || p === "點")) return withPoint(pieces);
    if (pieces.every((p) => DIGITS.has(p))) {
      return pieces.length > 2 || pieces.some((p) => ZEROS.includes(p)) ? pieces.map((p) => DIGITS.get(p)).join("") : null;
    }
    const number = withUnits(pieces);
    return number === null ? null : plainOf(number);
  }

  function alone(piece) {
    if (/^[0-9]/.test(piece)) {
      const plain = piece.replace(/[, ]/g, "");
      return plain.includes(".") ? plainOf(ascii(plain)) : plain;
    }
    return PLAIN.has(piece) ? String(PLAIN.get(piece)) : piece === "十" ? "10" : null;
  }

  function withPoint(pieces) {
    const at = pieces.findIndex((p) => p === "点" || p === "點");
    let end = at + 1;
    while (end < pieces.length && PLAIN.has(pieces[end])) end += 1;
    const whole = withUnits(pieces.slice(0, at));
    let power = -1;
    if (end === pieces.length - 1) power = BIG.has(pieces[end]) ? BIG.get(pieces[end]) : -1;
    else if (end === pieces.length) power = 0;
    if (whole === null || whole.decimals || end === at + 1 || power < 0) return null;
    const part = pieces.slice(at + 1, end).map((p) => PLAIN.get(p)).join("");
    return plainOf(times(scaled(`${whole.digits}${part}`, part.length), power));
  }

  function withUnits(pieces) {
    const zeroValue = scaled(0);
    let total = zeroValue, section = zeroValue, digit = null;
    let last = 9, lastBig = 99, zero = false, chinese = false;
    for (const piece of pieces) {
      if (ZEROS.includes(piece)) {
        if (digit !== null) return null;
        zero = true;
      } else if (UNITS.has(piece)) {
        const power = UNITS.get(piece);
        if (digit === null && power === 1) digit = scaled(1);
        if (digit === null || power >= last) return null;
        section = plus(section, times(digit, power));
        last = power; digit = null; zero = false;
      } else if (BIG.has(piece)) {
        const power = BIG.get(piece);
        let part = digit === null ? section : plus(section, digit);
        if (power === 8 && lastBig === 4) { part = plus(total, part); total = zeroValue; }
        if (isZero(part) || power === lastBig) return null;
        total = plus(total, times(part, power));
        section = zeroValue; last = 9; lastBig = power; digit = null; zero = false;
      } else {
        if (digit !== null) return null;
        chinese = DIGITS.has(piece);
        digit = chinese ? scaled(DIGITS.get(piece)) : ascii(piece);
      }
    }
    if (digit === null) return plus(total, section);
    const unit = last !== 9 ? last : lastBig !== 99 ? lastBig : 0;
    const single = chinese || (!digit.decimals && digit.digits < 10n);
    return plus(plus(total, section), times(digit, single && !zero && unit > 1 ? unit - 1 : 0));
  }

  // --- tokens: [{canon, shown, number}] ---
  const NUMERALS = "零〇一二三四五六七八九十百千万亿萬億两兩廿卅壹贰貳叁參肆伍陆陸柒捌玖拾佰仟";
  const ROUND_ZERO = /(?<=[〇○◯一二三四五六七八九])[○◯]|[○◯](?=[〇○◯一二三四五六七八九])/gu;
  const TIMES = /(?<=[0-9]) ?[*x✕] ?(?=[0-9])/gu;
  const DATE = new RegExp("(1[0-9]{3}|20[0-9]{2})([-./])(0?[1-9]|1[0-2])(?:\\2(0?[1-9]|[12][0-9]|3[01]))?" +
    "(?![0-9]|[.][0-9]|[%‰万亿萬億千百十])", "uy");
  const SHARE = new RegExp(`(百|千|万|萬)分之(?=[0-9${NUMERALS}])`, "uy");
  const SHARES = { 百: "%", 千: "‰", 万: "‱", 萬: "‱" };
  const ERA = new RegExp(`[公西]元(?=前?[0-9${NUMERALS}])`, "uy");
  const MINUS = new RegExp(`(?:负|負|零下)(?=[0-9${NUMERALS}])|[-−](?=[0-9])`, "uy");
  const RANGE = new RegExp(` ?(?:[-–—−~]{1,2}|至|到) ?(?=[0-9${NUMERALS}])`, "uy");
  const UNIT_ROWS = [
    ["km2", "平方公里|平方千米|km2", 0], ["m2", "平方米|m2", 0], ["m3", "立方米|m3", 0], ["hm2", "公顷|公頃|hm2|ha", 0],
    ["m", "公里|千米|km", 3], ["g", "公斤|千克|kg", 3], ["wh", "千瓦时|千瓦時|kwh", 3], ["w", "千瓦|kw", 3],
    ["cm", "厘米|釐米|公分|cm", 0], ["mm", "毫米|mm", 0], ["mg", "毫克|mg", 0], ["ml", "毫升|ml", 0],
    ["hz", "赫兹|赫茲|hz", 0], ["min", "分钟|分鐘|min", 0], ["h", "小时|小時", 0],
    ["度", "摄氏度|攝氏度|°c|°|度", 0], ["m", "米|m", 0], ["g", "克", 0], ["wh", "瓦时|瓦時", 0], ["w", "瓦", 0],
    ["元", "元|块|塊", 0], ["%", "%", 0], ["年", "年", 0], ["月", "月", 0], ["日", "日|号|號", 0], ["世纪", "世纪|世紀", 0],
  ];
  const UNIT = new RegExp(UNIT_ROWS.map((row) => `(${row[1]})`).join("|"), "uy");
  const ALWAYS = new Set("+±×÷≤≥≠√%‰‱°$¥£€");
  const INVISIBLE = /[\p{Cc}\p{Cf}\ufe00-\ufe0f\u{e0100}-\u{e01ef}]/u;
  const DROPPED = /[\p{P}\p{S}\p{Z}\s\u0085]/u;
  const LATIN_OR_DIGIT = /^[a-z0-9]$/;
  const ALPHANUMERIC = /[\p{L}\p{N}]/u;

  const token = (canon, shown, number = false) => ({ canon, shown, number });
  const invisible = (c) => c !== "\t" && c !== "\n" && c !== "\r" && INVISIBLE.test(c);
  const fold = (text) => text.normalize("NFKC").toLowerCase().replace(/ς/g, "σ").normalize("NFKC");
  const clean = (text) => fold([...text].filter((c) => !invisible(c)).join("")).replace(ROUND_ZERO, "〇").replace(TIMES, "×");

  function counts(points, i) {
    const c = points[i];
    if (ALWAYS.has(c)) return true;
    if (c === "<" || c === ">" || c === "=") {
      return LATIN_OR_DIGIT.test(points[i - 1] ?? "") || LATIN_OR_DIGIT.test(points[i + 1] ?? "");
    }
    if (c === "#") return /^[a-z]$/.test(points[i - 1] ?? "");
    return !DROPPED.test(c) && !invisible(c);
  }

  function settled(text) {
    for (let round = 0; round < 4; round += 1) {
      const points = [...text];
      const kept = fold(points.filter((_, i) => counts(points, i)).join(""));
      if (kept === text) break;
      text = kept;
    }
    return text;
  }

  const matchAt = (pattern, text, at) => { pattern.lastIndex = at; return pattern.exec(text); };

  function tokens(text, numbers, same) {
    const cleaned = clean(text);
    let found = numbers ? scan(cleaned, same || {}) : [...settled(cleaned)].map((c) => token(c, c));
    if (numbers) found = plainYears(oneUnitARange(found));
    return found.length ? found : [...cleaned].filter((c) => !/[\s\u0085]/u.test(c)).map((c) => token(c, c));
  }

  function scan(text, same) {
    const found = [];
    let at = 0;
    while (at < text.length) {
      let match = matchAt(ERA, text, at);
      if (match) { at += match[0].length; continue; }
      match = matchAt(DATE, text, at);
      if (match) { found.push(...date(match)); at += match[0].length; continue; }
      const number = numberAt(text, at);
      if (number) { found.push(...number.parts); at = number.at; continue; }
      const c = String.fromCodePoint(text.codePointAt(at));
      // the neighbours of a symbol that may count are ASCII: code units are enough to see them
      if (counts([text[at - 1], c, text[at + c.length]], 1)) found.push(token(Object.hasOwn(same, c) ? same[c] : c, c));
      at += c.length;
    }
    return found;
  }

  function date([, year, mark, month, day]) {
    const found = [token(year, year, true), token("年", mark), token(month.replace(/^0/, ""), month, true)];
    found.push(token("月", day ? mark : ""));
    if (day) found.push(token(day.replace(/^0/, ""), day, true), token("日", ""));
    return found;
  }

  function before(text, at) {
    const points = [...text.slice(Math.max(at - 2, 0), at)];
    return points[points.length - 1];
  }

  function numberAt(text, start) {
    let at = start, suffix = null, sign = "";
    const share = matchAt(SHARE, text, at);
    const minus = share ? null : matchAt(MINUS, text, at);
    if (share) { at += share[0].length; suffix = SHARES[share[1]]; }
    else if (minus && !(at && ALPHANUMERIC.test(before(text, at)))) { at += minus[0].length; sign = "-"; }
    const run = matchAt(RUN, text, at);
    let plain = run === null ? null : suffix === "%" && run[0] === "百" ? "100" : value(run[0]);
    if (plain === null) return null;
    at += run[0].length;
    const unit = unitAt(text, at);
    if (unit && "月日".includes(unit.canon)) plain = plain.replace(/^0+/, "") || "0";
    else if (unit && unit.power) plain = shifted(plain, unit.power);
    const parts = [token(sign + plain, text.slice(start, at), true)];
    if (suffix) parts.push(token(suffix, ""));
    else if (unit) { parts.push(token(unit.canon, text.slice(at, unit.end))); at = unit.end; }
    const range = matchAt(RANGE, text, at);
    if (range && isNumber(text, at + range[0].length)) { parts.push(token("~", range[0].trim())); at += range[0].length; }
    return { at, parts };
  }

  function isNumber(text, at) {
    const share = matchAt(SHARE, text, at);
    const run = matchAt(RUN, text, share ? at + share[0].length : at);
    return run !== null && value(run[0]) !== null;
  }

  function unitAt(text, at) {
    const start = text[at] === " " ? at + 1 : at;
    const match = matchAt(UNIT, text, start);
    if (!match) return null;
    const end = start + match[0].length;
    if (LATIN_OR_DIGIT.test(match[0].slice(-1)) && LATIN_OR_DIGIT.test(text[end] ?? "")) return null;
    const [canon, , power] = UNIT_ROWS[match.slice(1).findIndex((group) => group !== undefined)];
    return { canon, end, power };
  }

  function oneUnitARange(found) {
    return found.filter((t, i) => {
      const ranged = i >= 1 && i + 3 < found.length && found[i + 1].canon === "~" && found[i - 1].number;
      return !(ranged && !t.number && found[i + 2].number && found[i + 3].canon === t.canon);
    });
  }

  function plainYears(found) {
    if (found.length === 2 && found[1].canon === "年" && found[0].number && found[0].canon.length === 4) {
      return [token(found[0].canon, found[0].shown + found[1].shown, true)];
    }
    return found;
  }

  // --- verdicts: {verdict, score, form, diff: [[kind, text]]} ---
  const sameTokens = (a, b) => a.length === b.length && a.every((t, i) => t.canon === b[i].canon);
  const verdict = (word, score, form, diff = []) => ({ verdict: word, score, form, diff });

  function grade(given, answer, accepted = [], mode = "lenient", { same = {}, pinyin = false } = {}) {
    const forms = [answer, ...accepted];
    const numbers = mode !== "strict";
    const table = numbers ? same : {};
    const mine = tokens(given, numbers, table);
    const theirs = forms.map((form) => tokens(form, numbers, table));
    const exact = mine.length ? theirs.findIndex((other) => sameTokens(mine, other)) : -1;
    if (exact >= 0) return verdict("right", 1, forms[exact], runs(theirs[exact].map((t) => ["same", t.shown])));
    let toneless = null;
    const spelt = pinyin ? pinyinOf(given) : null;
    if (spelt) {
      for (const form of forms) {
        const wanted = pinyinOf(form);
        if (wanted && wanted[0] === spelt[0]) {
          if (wanted[1] === spelt[1]) return verdict("right", 1, form, [["same", form]]);
          if (toneless === null && !spelt[1]) toneless = form;
        }
      }
    }
    const near = nearest(mine, theirs);
    const [diff, common] = difference(mine, theirs[near]);
    if (toneless !== null) return verdict("partial", 0.5, toneless, diff);
    const half = mode === "partial" && common > 0 && 2 * common >= Math.max(mine.length, theirs[near].length);
    return verdict(half ? "partial" : "wrong", half ? 0.5 : 0, forms[near], diff);
  }

  function gradeList(given, members, { same = {} } = {}) {
    const wanted = members.map((member) => tokens(member, true, same));
    let parts = split(given);
    if (parts.length === 1 && sameTokens(tokens(given, true, same), wanted.flat())) parts = [...members];
    const left = members.map((_, i) => i);
    const extra = [];
    for (const part of parts) {
      const mine = tokens(part, true, same);
      const found = left.findIndex((i) => mine.length && sameTokens(mine, wanted[i]));
      if (found < 0) extra.push(part); else left.splice(found, 1);
    }
    const named = members.length - left.length;
    const diff = members.map((member, i) => [left.includes(i) ? "missing" : "same", member]);
    diff.push(...extra.map((part) => ["extra", part]));
    const score = named / Math.max(members.length, named + extra.length, 1);
    return verdict(score === 1 ? "right" : named ? "partial" : "wrong", score, members.join("、"), diff);
  }

  function judgement(given) {
    const word = given.normalize("NFKC").trim().toLowerCase();
    if (["√", "✓", "✔", "对", "對", "是", "正确", "正確", "真", "t", "true", "y", "yes", "1"].includes(word)) return true;
    if (["×", "✗", "✘", "x", "错", "錯", "否", "错误", "錯誤", "假", "f", "false", "n", "no", "0", "2"].includes(word)) return false;
    return null;
  }

  function difference(given, answer) {
    const a = given.map((t) => t.canon), b = answer.map((t) => t.canon);
    const n = a.length, m = b.length;
    const longest = Array.from({ length: n + 1 }, () => new Uint16Array(m + 1));
    for (let i = n - 1; i >= 0; i -= 1) {
      for (let j = m - 1; j >= 0; j -= 1) {
        longest[i][j] = a[i] === b[j] ? longest[i + 1][j + 1] + 1 : Math.max(longest[i + 1][j], longest[i][j + 1]);
      }
    }
    const pieces = [];
    let i = 0, j = 0;
    while (i < n || j < m) {
      if (i < n && j < m && a[i] === b[j]) { pieces.push(["same", answer[j].shown]); i += 1; j += 1; }
      else if (i < n && (j === m || longest[i + 1][j] >= longest[i][j + 1])) { pieces.push(["extra", given[i].shown]); i += 1; }
      else { pieces.push(["missing", answer[j].shown]); j += 1; }
    }
    return [runs(pieces), longest[0][0]];
  }

  function runs(pieces) {
    const joined = [];
    for (const [kind, text] of pieces) {
      const last = joined[joined.length - 1];
      if (last && last[0] === kind) last[1] += text; else joined.push([kind, text]);
    }
    return joined.filter((piece) => piece[1]);
  }

  function nearest(mine, theirs) {
    const share = (other) => {
      const left = new Map();
      for (const t of mine) left.set(t.canon, (left.get(t.canon) || 0) + 1);
      let common = 0;
      for (const t of other) {
        const count = left.get(t.canon) || 0;
        if (count) { common += 1; left.set(t.canon, count - 1); }
      }
      return common / Math.max(mine.length, other.length, 1);
    };
    const shares = theirs.map(share);
    return shares.indexOf(Math.max(...shares));
  }

  function split(given) {
    const words = given.trim().split(/\s+/).filter(Boolean);
    const parts = given.split(/[、，,;；/|\n。]/).map((part) => part.trim()).filter(Boolean);
    return parts.length === 1 && words.length > 1 ? words : parts;
  }

  const TONES = { "\u0304": "1", "\u0301": "2", "\u030c": "3", "\u0300": "4" };
  function pinyinOf(text) {
    let letters = "", tones = "";
    for (const c of text.normalize("NFKC").toLowerCase().normalize("NFD")) {
      if (Object.hasOwn(TONES, c)) tones += TONES[c];
      else if (c === "\u0308" && letters.endsWith("u")) letters = letters.slice(0, -1) + "ü";
      else if (c >= "1" && c <= "4") tones += c;
      else if (!"05 '’-·".includes(c)) letters += c === "v" ? "ü" : c;
    }
    return letters && /^[a-zü0-5' ]+$/.test(letters) ? [letters, tones] : null;
  }

  return { grade, gradeList, judgement, tokens, normalise: (text) => tokens(text, false).map((t) => t.canon).join("") };
})();
