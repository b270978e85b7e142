package import OsloConfig

/// What the backup service's client has beyond the others, in `[freezer_client]`.
package enum FreezerClientOptions {
    package static let authURI = ConfigOption.string(
        "auth_uri", in: "freezer_client", default: "", help: "Keystone's address as this client is told it.")

    package static let group = OptionGroup("freezer_client", options: [authURI.erased])
}

/// The Kubernetes cluster whose pods are protected, in `[k8s_client]`. Not OpenStack's identity but client certificates.
package enum KubernetesClientOptions {
    private static let name = "k8s_client"

    package static let host = ConfigOption<String?>.string("k8s_host", in: name, help: "Address of the API server.")
    package static let caCertificate = ConfigOption<String?>.string(
        "k8s_ssl_ca_cert", in: name, help: "File of the certificates by which its own is verified.")
    package static let certificateFile = ConfigOption<String?>.string(
        "k8s_cert_file", in: name, help: "File of the client's certificate.")
    package static let keyFile = ConfigOption<String?>.string(
        "k8s_key_file", in: name, help: "File of that certificate's key.")

    package static let group = OptionGroup(
        name, help: "The Kubernetes cluster.",
        options: [host.erased, caCertificate.erased, certificateFile.erased, keyFile.erased])
}

/// What a pod's id is made from, in `[pod_protectable]`.
package enum PodProtectableOptions {
    package static let namespace = ConfigOption.string(
        "namespace", in: "pod_protectable", default: "default", help: "Namespace whose pods are listed.")

    package static let group = OptionGroup("pod_protectable", help: "Pods as resources.", options: [namespace.erased])
}

/// How Karbor's operation engine finds the API, in `[karbor_client]`; nothing here asks.
package enum KarborClientOptions {
    private static let name = "karbor_client"

    package static let group = OptionGroup(
        name, help: "The REST API, as Karbor's operation engine finds it.",
        options: [
            ConfigOption.string("service_name", in: name, default: "karbor", help: "Its name.").withoutEffect.erased,
            ConfigOption.string("service_type", in: name, default: "data-protect", help: "Its type.")
                .withoutEffect.erased,
            ConfigOption.string("version", in: name, default: "1", help: "Its version.").withoutEffect.erased,
            ConfigOption.string("region_id", in: name, default: "RegionOne", help: "Its region.")
                .withoutEffect.erased,
            ConfigOption.string("interface", in: name, default: "internal", help: "Its interface.")
                .withoutEffect.erased,
            ConfigOption<String?>.string("ca_cert_file", in: name, help: "Its certificates.").withoutEffect.erased,
            ConfigOption.boolean("auth_insecure", in: name, default: false, help: "Do not verify its certificate.")
                .withoutEffect.erased,
        ])
}
