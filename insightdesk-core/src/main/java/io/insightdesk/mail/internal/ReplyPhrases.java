package io.insightdesk.mail.internal;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** The lines that mail programs write between a reply and what it answers, in the languages they speak. */
final class ReplyPhrases {

    private static final int CASE = Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE;

    /** "On … wrote:" on one line, blanks collapsed. */
    private static final List<Pattern> ATTRIBUTIONS = List.of(
            line("on .{4,300}\\bwrote ?:"),
            line("(?:am|on) .{4,300}\\bschrieb\\b.{0,200}:"),
            line(".{4,300}\\bschrieb am\\b.{4,200}:"),
            line("le .{4,300}\\ba [ée]crit ?:"),
            line("(?:el|en) .{4,300}\\b(?:escribió|escribio) ?:"),
            line("il .{4,300}\\bha scritto ?:"),
            line("(?:em|no dia|a) .{4,300}\\bescreveu ?:"),
            line("op .{4,300}\\b(?:schreef|heeft)\\b.{0,200}:"),
            line(".{4,300}\\bschreef\\b.{0,200}:"),
            line(".{4,300}(?:\\bpisze|\\bnapisał(?:\\(a\\)|a)?) ?:"),
            line("wiadomość napisana przez .{4,300}:"),
            line("(?:den )?.{4,300}\\bskrev\\b.{0,200}:"),
            line(".{4,300}(?:пишет|писал(?:\\(а\\)|а)?|написал(?:\\(а\\)|а)?) ?:"),
            line(".{4,300}(?:のメール|の書き込み|さんは書きました|wrote) ?[:：]"),
            line("(?:在 ?)?.{4,300}(?:写道|寫道|写到) ?[:：]"),
            line(".{4,300}\\bkirjoitti ?:"),
            line(".{4,300}\\bnapsal(?:\\(a\\)|a)? ?:"));

    /** Gmail in some languages has no verb: a date, a name, an address, a colon. */
    private static final Pattern VERBLESS =
            line("(?=.{0,300}\\d{1,2}[:.]\\d{2}).{4,300}<[^<>\\s]{1,200}@[^<>\\s]{1,200}> ?[:：]");

    private static final Pattern DIGIT = Pattern.compile("\\d");

    private static final Pattern ORIGINAL = line(
            "[-_=*# ]{2,60}(?:original message|original appointment|ursprüngliche nachricht|originalnachricht|original-nachricht"
                    + "|message d['’]origine|message original|mensaje original|messaggio originale|mensagem original"
                    + "|oorspronkelijk bericht|originele bericht|origineel bericht|wiadomość oryginalna|oryginalna wiadomość"
                    + "|ursprungligt meddelande|originalmeddelande|исходное сообщение|исходное письмо|оригинальное сообщение"
                    + "|元のメッセージ|原始邮件|原始郵件|邮件原件|原邮件|opprinnelig melding|oprindelig meddelelse|alkuperäinen viesti)"
                    + "[-_=*# ]{0,60}:?[-_=*# ]{0,60}");

    private static final Pattern FORWARDED = line("[-_=*# ]{0,60}(?:begin )?(?:forwarded (?:message|mail|by .{1,200})"
            + "|anfang der weitergeleiteten (?:nachricht|e-mail)|weitergeleitete (?:nachricht|e-mail)"
            + "|message transféré|message réexpédié|début du message (?:réexpédié|transféré)"
            + "|mensaje reenviado|inicio del mensaje reenviado|messaggio inoltrato|inizio messaggio inoltrato"
            + "|mensagem (?:encaminhada|reencaminhada)|início da mensagem (?:encaminhada|reencaminhada)"
            + "|doorgestuurd bericht|begin doorgestuurd bericht|przekazana wiadomość|wiadomość przekazana"
            + "|początek przekazywanej wiadomości|treść przekazanej wiadomości"
            + "|vidarebefordrat (?:meddelande|brev)|vidarebefordrat mejl|пересылаемое сообщение|пересланное сообщение"
            + "|начало переадресованного сообщения|начало пересылаемого сообщения"
            + "|転送されたメッセージ|転送メッセージ|転送されたメール|转发的邮件|转发邮件|已转发邮件|轉寄郵件|下面是被转发的邮件|被转发邮件信息)"
            + " ?[:：]?[-_=*# ]{0,60}");

    private static final Pattern FORWARD_SUBJECT = Pattern.compile(
            "^\\s{0,5}(?:fwd?|wg|tr|rv|enc|doorst|pd|vb|vs|fs|i|пересл|转发|轉寄|転送)\\s?[:：].{0,2000}",
            CASE | Pattern.DOTALL);

    private static final Set<String> FROM_WORDS = Set.of(
            "from",
            "von",
            "de",
            "da",
            "van",
            "od",
            "från",
            "fra",
            "от",
            "от кого",
            "отправитель",
            "差出人",
            "送信者",
            "发件人",
            "寄件者",
            "lähettäjä");
    private static final Set<String> DATE_WORDS = Set.of(
            "sent",
            "date",
            "gesendet",
            "datum",
            "gesendet am",
            "envoyé",
            "envoyé le",
            "enviado",
            "enviado el",
            "enviada em",
            "enviado em",
            "enviada",
            "fecha",
            "data",
            "inviato",
            "verzonden",
            "wysłano",
            "skickat",
            "sendt",
            "отправлено",
            "дата",
            "送信日時",
            "日付",
            "送信",
            "日時",
            "发送时间",
            "日期",
            "寄件日期",
            "时间",
            "lähetetty");
    private static final Set<String> OTHER_WORDS = Set.of(
            "to",
            "cc",
            "subject",
            "an",
            "betreff",
            "à",
            "objet",
            "para",
            "asunto",
            "a",
            "oggetto",
            "assunto",
            "aan",
            "onderwerp",
            "do",
            "dw",
            "temat",
            "till",
            "kopia",
            "ämne",
            "til",
            "emne",
            "кому",
            "копия",
            "тема",
            "宛先",
            "件名",
            "收件人",
            "抄送",
            "主题",
            "收件者",
            "副本",
            "主旨",
            "reply-to",
            "kopie",
            "importance",
            "vastaanottaja",
            "aihe");

    private static final Set<String> MOBILE_STARTS = Set.of(
            "sent from my ",
            "von meinem ",
            "envoyé de mon ",
            "envoyé depuis mon ",
            "enviado desde mi ",
            "inviato da ",
            "enviado do meu ",
            "verstuurd vanaf mijn ",
            "wysłane z ",
            "skickat från min ",
            "отправлено с ",
            "get outlook for ",
            "holen sie sich outlook ",
            "iphoneから送信",
            "发自我的",
            "從我的 ");

    private ReplyPhrases() {}

    private static Pattern line(String expression) {
        return Pattern.compile("^" + expression + "$", CASE);
    }

    /** Whether a line (or some joined) introduces quoted mail, and says so by a verb. */
    static boolean isAttribution(String joined) {
        return mayAttribute(joined)
                && ATTRIBUTIONS.stream().anyMatch(p -> p.matcher(joined).matches());
    }

    /** Whether it could, if quoted lines follow. */
    static boolean isVerbless(String joined) {
        return mayAttribute(joined) && VERBLESS.matcher(joined).matches();
    }

    private static boolean mayAttribute(String joined) {
        if (joined.length() < 8 || joined.length() > 400) {
            return false;
        }
        char last = joined.charAt(joined.length() - 1);
        return (last == ':' || last == '：') && (DIGIT.matcher(joined).find() || joined.indexOf('@') > 0);
    }

    static boolean isOriginalMessage(String line) {
        return line.length() < 160 && ORIGINAL.matcher(line).matches();
    }

    static boolean isForwarded(String line) {
        return line.length() < 260
                && FORWARDED.matcher(line).matches()
                && (line.startsWith("-") || line.endsWith(":") || line.endsWith("："));
    }

    static boolean isForwardSubject(String subject) {
        return FORWARD_SUBJECT.matcher(subject).matches();
    }

    static boolean isMobileFooter(String line) {
        String lower = line.toLowerCase(Locale.ROOT);
        return line.length() < 120 && MOBILE_STARTS.stream().anyMatch(lower::startsWith);
    }

    static boolean isFromWord(String word) {
        return FROM_WORDS.contains(word);
    }

    static boolean isDateWord(String word) {
        return DATE_WORDS.contains(word);
    }

    static boolean isHeaderWord(String word) {
        return FROM_WORDS.contains(word) || DATE_WORDS.contains(word) || OTHER_WORDS.contains(word);
    }
}
