/** A shop on the module path. The library is an automatic module: its packages for hosts can be used, its name stays. */
module com.example.shop {
    requires io.insightdesk.core;
    requires java.sql;

    exports com.example.shop;
}
