// Calls by grpc-go, with messages that the service's descriptors describe; ../run.py says what the arguments are, but for
// the first, which is a file with those descriptors.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"sync"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/descriptorpb"
	"google.golang.org/protobuf/types/dynamicpb"
)

const service = "ascribe.v1.ClaimService"

// tally is what became of calls and documents.
type tally struct {
	lock     sync.Mutex
	Sent     int            `json:"sent"`
	Answered int            `json:"answered"`
	Refused  map[string]int `json:"refused"`
}

func (t *tally) send() {
	t.lock.Lock()
	defer t.lock.Unlock()
	t.Sent++
}

// end counts an answer, or why there is none.
func (t *tally) end(refusal string) {
	t.lock.Lock()
	defer t.lock.Unlock()
	if refusal == "" {
		t.Answered++
		return
	}
	if len(refusal) > 300 {
		refusal = refusal[:300]
	}
	t.Refused[refusal]++
}

var (
	begun  = time.Now()
	all    = tally{Refused: map[string]int{}}
	beside = tally{Refused: map[string]int{}}
)

// report prints what there is and ends, whatever is still under way.
func report() {
	all.lock.Lock()
	beside.lock.Lock()
	told, err := json.Marshal(map[string]any{
		"sent": all.Sent, "answered": all.Answered, "refused": all.Refused, "beside": &beside,
		"seconds": time.Since(begun).Seconds(),
	})
	check(err)
	fmt.Println(string(told))
	os.Exit(0)
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// caller has a connection, the text to send, and the messages by their names.
type caller struct {
	connection *grpc.ClientConn
	methods    protoreflect.MethodDescriptors
	text       string
}

func newCaller(descriptors, address, file string) *caller {
	bytes, err := os.ReadFile(descriptors)
	check(err)
	var set descriptorpb.FileDescriptorSet
	check(proto.Unmarshal(bytes, &set))
	files, err := protodesc.NewFiles(&set)
	check(err)
	found, err := files.FindDescriptorByName(service)
	check(err)
	text, err := os.ReadFile(file)
	check(err)
	connection, err := grpc.NewClient(address, grpc.WithTransportCredentials(insecure.NewCredentials()))
	check(err)
	return &caller{connection, found.(protoreflect.ServiceDescriptor).Methods(), string(text)}
}

// field returns the field of a message that is itself one, to be filled.
func field(message protoreflect.Message, name protoreflect.Name) protoreflect.Message {
	return message.Mutable(message.Descriptor().Fields().ByName(name)).Message()
}

func (c *caller) setText(message protoreflect.Message) {
	document := field(message, "document")
	document.Set(document.Descriptor().Fields().ByName("text"), protoreflect.ValueOfString(c.text))
}

// call makes one call.
func (c *caller) call(counted *tally) {
	method := c.methods.ByName("ExtractClaims")
	request := dynamicpb.NewMessage(method.Input())
	c.setText(request)
	counted.send()
	err := c.connection.Invoke(
		context.Background(), "/"+service+"/ExtractClaims", request, dynamicpb.NewMessage(method.Output()),
	)
	if err != nil {
		counted.end(err.Error())
	} else {
		counted.end("")
	}
}

// burst makes so many calls, of which so many are under way at one time.
func (c *caller) burst(calls, atOnce int) {
	left := make(chan struct{}, calls)
	for range calls {
		left <- struct{}{}
	}
	close(left)
	var callers sync.WaitGroup
	for range atOnce {
		callers.Go(func() {
			for range left {
				c.call(&all)
			}
		})
	}
	callers.Wait()
}

// stream sends so many documents over one stream, as fast as it takes them.
func (c *caller) stream(documents int) {
	method := c.methods.ByName("StreamExtractClaims")
	both := grpc.StreamDesc{ClientStreams: true, ServerStreams: true}
	stream, err := c.connection.NewStream(context.Background(), &both, "/"+service+"/StreamExtractClaims")
	if err != nil {
		all.end("stream: " + err.Error())
		return
	}
	go func() {
		for sequence := range documents {
			request := dynamicpb.NewMessage(method.Input())
			item := field(request, "item")
			item.Set(item.Descriptor().Fields().ByName("sequence"), protoreflect.ValueOfInt64(int64(sequence)))
			c.setText(item)
			// Why it ended, the reader is told.
			if stream.SendMsg(request) != nil {
				return
			}
			all.send()
		}
		_ = stream.CloseSend()
	}()
	refused := method.Output().Fields().ByName("error")
	for {
		answer := dynamicpb.NewMessage(method.Output())
		err := stream.RecvMsg(answer)
		switch {
		case errors.Is(err, io.EOF):
			return
		case err != nil:
			all.end("stream: " + err.Error())
			return
		case answer.Has(refused):
			status := answer.Get(refused).Message()
			all.end("document: " + status.Get(status.Descriptor().Fields().ByName("message")).String())
		default:
			all.end("")
		}
	}
}

// streams has so many streams at one time over one connection, and single calls beside them until all have ended.
func (c *caller) streams(count, documents int) {
	var under sync.WaitGroup
	for range count {
		under.Go(func() { c.stream(documents) })
	}
	done := make(chan struct{})
	go func() {
		under.Wait()
		close(done)
	}()
	for {
		c.call(&beside)
		select {
		case <-done:
			return
		case <-time.After(100 * time.Millisecond):
		}
	}
}

func main() {
	scenario := os.Args[2]
	var numbers [3]int
	for index := range numbers {
		number, err := strconv.Atoi(os.Args[5+index])
		check(err)
		numbers[index] = number
	}
	c := newCaller(os.Args[1], os.Args[3], os.Args[4])
	begun = time.Now()
	time.AfterFunc(time.Duration(numbers[2])*time.Second, report)
	if scenario == "burst" {
		c.burst(numbers[0], numbers[1])
	} else {
		c.streams(numbers[0], numbers[1])
	}
	report()
}
