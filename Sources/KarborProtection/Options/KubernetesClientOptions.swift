package import OsloConfig

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
        [host.erased, caCertificate.erased, certificateFile.erased, keyFile.erased])
}
