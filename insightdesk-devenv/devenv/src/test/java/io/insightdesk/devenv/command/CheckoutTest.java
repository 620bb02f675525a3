package io.insightdesk.devenv.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class CheckoutTest {
    @Test
    void aStackIsNamedAfterItsFolderAndItsWholePath() {
        assertThat(Checkout.nameOf(Path.of("/home/ida/insightdesk"))).matches("insightdesk-insightdesk-[0-9a-f]{8}");
    }

    @Test
    void foldersOfTheSameNameHaveStacksOfTheirOwn() {
        assertThat(Checkout.nameOf(Path.of("/one/desk"))).isNotEqualTo(Checkout.nameOf(Path.of("/other/desk")));
    }

    @Test
    void theSameFolderAlwaysHasTheSameStack() {
        assertThat(Checkout.nameOf(Path.of("/one/desk"))).isEqualTo(Checkout.nameOf(Path.of("/one/desk")));
    }

    @Test
    void whatAnEngineDoesNotTakeIsLeftOut() {
        assertThat(Checkout.nameOf(Path.of("/x/__İstanbul IŞIK (2)__")))
                .matches("insightdesk-istanbul-isik-2-[0-9a-f]{8}");
        assertThat(Checkout.nameOf(Path.of("/x/日本"))).matches("insightdesk-[0-9a-f]{8}");
        assertThat(Checkout.nameOf(Path.of("/"))).matches("insightdesk-[0-9a-f]{8}");
    }

    @Test
    void aLongNameFitsIntoTheNameOfAContainer() {
        assertThat(Checkout.nameOf(Path.of("/x/" + "long-name-".repeat(20))))
                .hasSizeLessThanOrEqualTo(63)
                .matches("[a-z0-9][a-z0-9-]*[a-z0-9]");
    }
}
