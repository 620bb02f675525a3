/**
 * What a database of development and tests holds: the library's schema, migrated and emptied at will, a demo tenant with
 * stories, and help desks of ten thousand and a million tickets. Nothing here touches a database of staging or production.
 *
 * @apiNote Preview: may change with any minor release.
 */
@NullMarked
package io.insightdesk.devenv.seed;

import org.jspecify.annotations.NullMarked;
