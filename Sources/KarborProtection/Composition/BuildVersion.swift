/// What this build calls itself, towards operators and in the User-Agent of its requests.
enum BuildVersion {
    static let current = "0.1.0"
}
