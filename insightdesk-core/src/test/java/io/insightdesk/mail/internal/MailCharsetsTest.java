package io.insightdesk.mail.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MailCharsetsTest {

    private final List<String> notes = new ArrayList<>();
    private final MailCharsets charsets = new MailCharsets(notes::add);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "\"\"",
                "\0",
                "x-user-defined",
                "unknown-8bit",
                "8bit",
                "none",
                "windows-99999",
                "cp0",
                "utf-16",
                "utf-32",
                "utf-7",
                "iso-2022-cn",
                "iso-2022-kr",
                "hz-gb-2312",
                "ibm037",
                "x-compound-text",
                "iso-10646-ucs-2",
                "../../etc",
                "ﬀ",
                "utf-8;x",
                "%00"
            })
    void noLabelMakesItThrow(String label) {
        byte[] bytes = {'a', (byte) 0xC3, (byte) 0xBC, (byte) 0xFF, 0x1B, '$', 'B', '+', 'A', (byte) 0x80};
        assertThat(charsets.decode(bytes, label)).isNotNull();
        assertThat(charsets.decode(new byte[0], label)).isNotNull();
    }

    @Test
    void labelsAreReadAsTheyAreSpelt() {
        byte[] bytes = "žluťoučký".getBytes(Charset.forName("windows-1250"));
        for (String label : List.of(
                "windows-1250",
                "WINDOWS-1250",
                "cp1250",
                "CP-1250",
                "win-1250",
                "x-cp1250",
                "'windows-1250'",
                "windows1250")) {
            assertThat(charsets.decode(bytes, label)).as(label).isEqualTo("žluťoučký");
        }
        assertThat(notes).isEmpty();
    }

    @Test
    void runtimeWithFewCharsetsDecodesAsWellAsItCan() {
        Set<String> few = Set.of("UTF-8", "US-ASCII", "ISO-8859-1");
        MailCharsets poor = new MailCharsets(name -> few.contains(name) ? Charset.forName(name) : null, notes::add);
        assertThat(poor.decode("Grüße".getBytes(StandardCharsets.ISO_8859_1), "iso-8859-1"))
                .isEqualTo("Grüße");
        assertThat(poor.decode("打印".getBytes(Charset.forName("GB18030")), "gb2312"))
                .isNotEmpty();
        assertThat(poor.decode("Grüße".getBytes(StandardCharsets.UTF_8), "ks_c_5601-1987"))
                .isEqualTo("Grüße");
        assertThat(notes).contains("charset unknown: gb2312", "charset unknown: ks_c_5601-1987");
    }

    @Test
    void utf7LeavesAloneWhatIsNone() {
        assertThat(Utf7.decode("a + b +".getBytes(StandardCharsets.US_ASCII))).isEqualTo("a + b +");
        assertThat(Utf7.decode("+AGE-+AGI-".getBytes(StandardCharsets.US_ASCII)))
                .isEqualTo("ab");
        assertThat(Utf7.decode("+2D3eAA-".getBytes(StandardCharsets.US_ASCII))).isEqualTo("😀");
    }
}
